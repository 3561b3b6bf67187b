"""A post-mortem in Confluence's storage format, the same for Cloud and Data Center
(confluence.atlassian.com/doc/confluence-storage-format).

It is XML: what people wrote is text in it, whatever it looks like. Of Confluence's own elements there are
four: code, a list of tasks, an attached picture, and an anchor, which nobody sees and which the page is found
by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import count

from markdown_it.tree import SyntaxTreeNode

from bot.connect.pages import parsed
from bot.incidents.pages.contract import PICTURE

FOOTER = "Published by Scribe. It asks before it writes over what people change here."
TICKED, OPEN = "\N{BALLOT BOX WITH CHECK}\ufe0e", "\N{BALLOT BOX}"
_STYLES = {"strong": "strong", "em": "em", "s": "del"}


def storage(markdown: str, stamp: str, *, has_picture: bool = False) -> str:
    """The whole page; `has_picture`: the timeline is attached to it, as a file named `PICTURE`."""
    written = _Writer(has_picture=has_picture).blocks(parsed.tree(markdown))
    return f"{written}<hr/><p><em>{FOOTER}</em>{_anchor(stamp)}</p>"


def stamp_in(value: str, marker: str) -> str | None:
    """The stamp that the anchor of a page carries; None: it is not the page of that marker."""
    found = re.search(rf"scribe-({re.escape(marker)}\.\d+)", value)
    return found[1] if found else None


def _anchor(stamp: str) -> str:
    return (
        '<ac:structured-macro ac:name="anchor" ac:schema-version="1">'
        f'<ac:parameter ac:name="">scribe-{_text(stamp)}</ac:parameter></ac:structured-macro>'
    )


def _text(text: str) -> str:
    return escape(text, quote=True)


class _Writer:
    """Writes blocks, and numbers the tasks among them, as Confluence wants it within one page."""

    def __init__(self, *, has_picture: bool) -> None:
        self._tasks: Iterator[int] = count(1)
        self._has_picture = has_picture

    def blocks(self, blocks: Sequence[SyntaxTreeNode]) -> str:
        return "".join(map(self._block, blocks))

    def _block(self, block: SyntaxTreeNode) -> str:
        match block.type:
            case "heading":
                return f"<{block.tag}>{self._inline(block)}</{block.tag}>"
            case "paragraph":
                return f"<p>{self._inline(block)}</p>"
            case "blockquote":
                return f"<blockquote>{self.blocks(block.children)}</blockquote>"
            case "fence" | "code_block":
                return _code(block.content)
            case "bullet_list" if all(map(_is_task, block.children)):
                return f"<ac:task-list>{''.join(map(self._task, block.children))}</ac:task-list>"
            case "bullet_list" | "ordered_list":
                return f"<{block.tag}>{''.join(map(self._item, block.children))}</{block.tag}>"
            case "table":
                rows = [row for part in block.children for row in part.children]
                return f"<table><tbody>{''.join(map(self._row, rows))}</tbody></table>"
            case "hr":
                return "<hr/>"
            case _:
                return f"<p>{_text(block.content)}</p>"

    def _task(self, item: SyntaxTreeNode) -> str:
        status = "complete" if parsed.box(item) else "incomplete"
        return (
            f"<ac:task><ac:task-id>{next(self._tasks)}</ac:task-id><ac:task-status>{status}</ac:task-status>"
            f"<ac:task-body>{self._item_words(item)}</ac:task-body></ac:task>"
        )

    def _item(self, item: SyntaxTreeNode) -> str:
        ticked = parsed.box(item)
        sign = "" if ticked is None else f"{TICKED if ticked else OPEN} "
        first = parsed.first_inline(item)
        if first is None:
            return f"<li>{self.blocks(item.children)}</li>"
        return f"<li><p>{sign}{self._item_words(item)}</p>{self.blocks(item.children[1:])}</li>"

    def _item_words(self, item: SyntaxTreeNode) -> str:
        inline = parsed.first_inline(item)
        if inline is None:
            return ""
        nodes = inline.children
        if parsed.box(item) is None:
            return self._words(nodes)
        return _linked(parsed.without_box(nodes[0].content)) + self._words(nodes[1:])

    def _row(self, row: SyntaxTreeNode) -> str:
        cells = (f"<{one.tag}><p>{self._inline(one)}</p></{one.tag}>" for one in row.children)
        return f"<tr>{''.join(cells)}</tr>"

    def _inline(self, block: SyntaxTreeNode) -> str:
        return "".join(self._words(one.children) for one in block.children)

    def _words(self, nodes: Sequence[SyntaxTreeNode], *, is_label: bool = False) -> str:
        return "".join(self._word(node, is_label=is_label) for node in nodes)

    def _word(self, node: SyntaxTreeNode, *, is_label: bool) -> str:
        if parsed.is_break(node):
            return "<br/>"
        match node.type:
            case "softbreak":
                return "\n"
            case "text":
                return _text(parsed.with_characters(node.content)) if is_label else _linked(node.content)
            case "code_inline":
                return f"<code>{_text(node.content)}</code>"
            case "strong" | "em" | "s":
                tag = _STYLES[node.type]
                return f"<{tag}>{self._words(node.children, is_label=is_label)}</{tag}>"
            case "link":
                label = self._words(node.children, is_label=True)
                return label if is_label else _link(str(node.attrs.get("href") or ""), label)
            case "image":
                label = _text(parsed.with_characters(node.content)) or "picture"
                address = str(node.attrs.get("src") or "")
                if address == PICTURE and self._has_picture and not is_label:
                    return f'<ac:image ac:alt="{label}"><ri:attachment ri:filename="{PICTURE}"/></ac:image>'
                return label if is_label else _link(address, label)
            case _:
                return _text(node.content)


def _is_task(item: SyntaxTreeNode) -> bool:
    """Whether it can stand in a list of tasks, whose items are lines."""
    return parsed.box(item) is not None and len(item.children) == 1


def _code(code: str) -> str:
    held = code.rstrip("\n").replace("]]>", "]]]]><![CDATA[>")
    return (
        '<ac:structured-macro ac:name="code" ac:schema-version="1">'
        '<ac:parameter ac:name="language">text</ac:parameter>'
        f"<ac:plain-text-body><![CDATA[{held}]]></ac:plain-text-body></ac:structured-macro>"
    )


def _linked(text: str) -> str:
    return "".join(
        _link(piece, _text(piece)) if leads else _text(piece) for piece, leads in parsed.words(text)
    )


def _link(address: str, label: str) -> str:
    if not parsed.LINKED.match(address) or not label:
        return label
    return f'<a href="{_text(address)}">{label}</a>'
