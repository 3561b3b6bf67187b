"""A post-mortem in the Markdown of Notion (developers.notion.com/guides/data-apis/enhanced-markdown).

Every line is a block of its own there, tags have meanings, and some mention people: what people wrote is
escaped as that page says, and put apart where a line would begin something by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from bot.connect.pages import parsed

FOOTER = "Published by Scribe. It asks before it writes over what people change here."
APART = "\N{ZERO WIDTH SPACE}"
LONGEST_ADDRESS = 2000
"""Characters (developers.notion.com/reference/request-limits)."""
DEEPEST_HEADING = 4
_SPECIAL = re.compile(r"[\\*~`$\[\]<>{}|^]")
"""Those that its page names, outside of code."""
_LINE_START = re.compile(r"(?=[#>+\-!:=]|\d+[.)]|---)")
_FENCE = re.compile(r"``(?=`)")
_NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f<>|\\`\"()\[\]{}^~*$]")
_NOT_IN_CODE = frozenset("`<")
"""A tag might be read as one there too, for example the end of a table's cell."""
_MARKS = {"strong": "**", "em": "*", "s": "~~"}


def notion_markdown(markdown: str, stamp: str) -> str:
    """The whole page; its last line says whose it is, and carries the stamp."""
    blocks = ["\n".join(_block(block, 0)) for block in parsed.tree(markdown)]
    return "\n\n".join([*filter(None, blocks), "---", f"*{FOOTER}* `scribe-{stamp}`"]) + "\n"


def stamp_in(markdown: str, marker: str) -> str | None:
    """The stamp that a page carries; None: it is not the page of that marker."""
    found = re.search(rf"scribe-({re.escape(marker)}\.\d+)", markdown)
    return found[1] if found else None


def _blocks(blocks: Sequence[SyntaxTreeNode], depth: int) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, depth)


def _block(block: SyntaxTreeNode, depth: int) -> Iterator[str]:
    lead = "\t" * depth
    match block.type:
        case "heading":
            level = min(int(block.tag[1:]), DEEPEST_HEADING)
            yield f"{lead}{'#' * level} {_inline(block)}"
        case "paragraph":
            if words := _inline(block):
                yield lead + _guarded(words)
        case "blockquote":
            yield from _item(block.children, f"{lead}> ", depth)
        case "fence" | "code_block":
            code = _FENCE.sub(rf"``{APART}", block.content.rstrip("\n"))
            yield from (f"{lead}{line}" for line in ("```", *code.split("\n"), "```"))
        case "bullet_list" | "ordered_list":
            for item in block.children:
                ticked = parsed.box(item)
                sign = "- " if block.type == "bullet_list" else "1. "
                if ticked is not None:
                    sign = "- [x] " if ticked else "- [ ] "
                yield from _item(item.children, lead + sign, depth, has_box=ticked is not None)
        case "table":
            yield f'{lead}<table fit-page-width="true" header-row="true">'
            for row in (row for part in block.children for row in part.children):
                cells = "".join(f"<td>{_inline(cell)}</td>" for cell in row.children)
                yield f"{lead}<tr>{cells}</tr>"
            yield f"{lead}</table>"
        case "hr":
            yield f"{lead}---"
        case _:
            yield lead + _guarded(_escaped(block.content))


def _item(
    children: Sequence[SyntaxTreeNode], lead: str, depth: int, *, has_box: bool = False
) -> Iterator[str]:
    """What stands in a list or a quote: its first words behind the sign, all else below."""
    first, others = "", children
    if children and children[0].type == "paragraph":
        inline, others = children[0].children[0], children[1:]
        nodes = inline.children
        if has_box:
            first = _linked(parsed.without_box(nodes[0].content)) + _words(nodes[1:])
        else:
            first = _words(nodes)
    yield lead + _guarded(first)
    yield from _blocks(others, depth + 1)


def _inline(block: SyntaxTreeNode) -> str:
    return "".join(_words(one.children) for one in block.children).strip()


def _words(nodes: Sequence[SyntaxTreeNode], *, is_label: bool = False) -> str:
    return "".join(_word(node, is_label=is_label) for node in nodes)


def _word(node: SyntaxTreeNode, *, is_label: bool) -> str:
    if parsed.is_break(node):
        return " " if is_label else "<br>"
    match node.type:
        case "softbreak":
            return " "
        case "text":
            return _escaped(parsed.with_characters(node.content)) if is_label else _linked(node.content)
        case "code_inline":
            held = " ".join(node.content.split())
            is_span = bool(held) and not _NOT_IN_CODE & set(held)
            return f"`{held}`" if is_span else _escaped(node.content)
        case "strong" | "em" | "s":
            inner = _words(node.children, is_label=is_label)
            mark = _MARKS[node.type]
            return f"{mark}{inner}{mark}" if inner.strip() else inner
        case "link":
            label = _words(node.children, is_label=True)
            return label if is_label else _link(str(node.attrs.get("href") or ""), label)
        case "image":
            label = _escaped(parsed.with_characters(node.content)) or "picture"
            return label if is_label else _link(str(node.attrs.get("src") or ""), label)
        case _:
            return _escaped(node.content)


def _linked(text: str) -> str:
    pieces = parsed.words(text)
    return "".join(_link(piece, _escaped(piece)) if leads else _escaped(piece) for piece, leads in pieces)


def _link(address: str, label: str) -> str:
    if not parsed.LINKED.match(address) or len(address) > LONGEST_ADDRESS or not label.strip():
        return label
    return f"[{label}]({_NOT_IN_ADDRESS.sub(_percent, address)})"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split("\n")))


def _guarded(line: str) -> str:
    """A line that begins nothing."""
    line = line.strip()
    return f"{APART}{line}" if _LINE_START.match(line) else line
