"""The final text of a post-mortem as a tree, for hosts that take no Markdown or another kind of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from bot.text import emoji
from bot.text.prose import Emoji

LINKED = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
"""Where a link may lead; any other is only its label."""
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\{}|^]+", re.IGNORECASE)
_END = ".,;:!?)]*_~"
"""What closes the sentence or the bracket in which an address stands, and is none of it."""
MOST_NESTED = 20
"""Styles within each other; words that have more are shown as they were typed."""
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BOX = re.compile(r"\[(?P<mark>[ xX])\][ \t]+")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that XML 1.0 (section 2.2) does not allow or advises against."""


def tree(markdown: str) -> Sequence[SyntaxTreeNode]:
    """Its blocks."""
    tokens = _parser().parse(_NO_TEXT.sub("", markdown))
    for token in tokens:
        if token.children and _deepest(token.children) > MOST_NESTED:
            token.children = [Token("text", "", 0, content=token.content)]
    return SyntaxTreeNode(tokens).children


def _deepest(tokens: Sequence[Token]) -> int:
    return max(accumulate(token.nesting for token in tokens))


@cache
def _parser() -> MarkdownIt:
    # tags are read as such so that `<br>` in a cell is a line break; the others are shown as they were typed
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return parser.disable(["html_block", "reference"])


def is_break(node: SyntaxTreeNode) -> bool:
    """Whether a new line begins here."""
    return node.type == "hardbreak" or (node.type == "html_inline" and bool(_BREAK.fullmatch(node.content)))


def with_characters(text: str) -> str:
    """A text with characters for the names of emoji."""
    return "".join(one.character if isinstance(one, Emoji) else one.text for one in emoji.parts(text))


def words(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, each with whether it is an address that leads somewhere."""
    end = 0
    for found in _ADDRESS.finditer(text):
        address = _without_end(found[0])
        if found.start() > end:
            yield with_characters(text[end : found.start()]), False
        yield address, True
        end = found.start() + len(address)
    if end < len(text):
        yield with_characters(text[end:]), False


def _without_end(address: str) -> str:
    kept = address.rstrip(_END)
    is_within = address[len(kept) :].startswith(")") and kept.count("(") > kept.count(")")
    return f"{kept})" if is_within else kept  # a bracket that was opened within it belongs to it


def box(item: SyntaxTreeNode) -> bool | None:
    """Whether the item of a list is ticked; None: it has no box."""
    found = _BOX.match(_first_text(item))
    return None if found is None else found["mark"] != " "


def without_box(text: str) -> str:
    """The first text of an item that has a box."""
    return _BOX.sub("", text, count=1)


def first_inline(item: SyntaxTreeNode) -> SyntaxTreeNode | None:
    """The words that an item of a list begins with."""
    if not item.children or item.children[0].type != "paragraph":
        return None
    return item.children[0].children[0]


def _first_text(item: SyntaxTreeNode) -> str:
    inline = first_inline(item)
    if inline is None or not inline.children or inline.children[0].type != "text":
        return ""
    return inline.children[0].content
