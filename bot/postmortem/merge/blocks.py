"""A canvas's Markdown cut into sections, blocks and entries.

A block is what Slack calls a section (observed: one for each block of Markdown). An entry is an item of a
list, a row of a table, or any other block. Blocks are those of CommonMark, with what Slack does otherwise:
a list goes on with another marker, and ends at a blank line between its items.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile

from markdown_it import MarkdownIt

from bot.postmortem.merge.items import Kind
from bot.postmortem.merge.normal import AT_HAND, is_delimiter

# without the rule for tables, the slowest by far: `entries` knows a table by its lines
_PARSER = MarkdownIt("zero").enable(["fence", "blockquote", "hr", "list", "heading"])
_PARSER.disable("inline")
_SECTION = 2
"""The level of a section's heading; the first is the document's own."""
_WORD = re.compile(r"[^\W_]|[^\x00-\x7f]")
_BLANK_END = re.compile(r"\n\s*\Z")
_LISTS = {"bullet_list_open": Kind.BULLET, "ordered_list_open": Kind.NUMBER}


@dataclass(frozen=True)
class Entry:
    """An item of a list, a row of a table, or a block, as it stands."""

    kind: Kind
    markdown: str


def heading_of(block: str) -> str | None:
    """The words of a section's heading; None when the block is none."""
    first, _, _ = block.partition("\n")
    if "##" not in first:
        return None
    tokens = _PARSER.parse(first)
    return tokens[1].content if tokens and tokens[0].tag == "h2" else None


def sections(markdown: str) -> list[tuple[str, str, list[str]]]:
    """Each section: its heading's words, the heading as it stands, and the blocks below it.

    What stands above the first has the heading "".
    """
    found: list[tuple[str, str, list[str]]] = [("", "", [])]
    for block in blocks(markdown):
        heading = heading_of(block)
        if heading is None:
            found[-1][2].append(block)
        else:
            found.append((heading, block, []))
    return found


def blocks(markdown: str) -> list[str]:
    """The blocks of a text, without the blank lines between them."""
    return list(_blocks(markdown))


@lru_cache(maxsize=16)
def _blocks(markdown: str) -> Sequence[str]:
    markdown = _lined(markdown)
    lines = markdown.split("\n")
    starts: dict[int, None] = {}
    before = ""
    for token in _PARSER.parse(markdown):
        if token.map is None:
            continue
        is_apart = not lines[
            token.map[0] - 1
        ].strip()  # of no matter for the first line, which begins a block
        if token.level == 0:
            goes_on = token.type in _LISTS and token.type == before and not is_apart
            before = token.type
        elif token.level == 1 and token.type == "list_item_open":
            goes_on = not is_apart
        else:
            continue
        if not goes_on:
            starts[token.map[0]] = None
    return _cut(lines, starts)


def opening_of(markdown: str) -> str:
    """What stands above the first section, without the document's own title."""
    _, _, found = sections(markdown)[0]
    return "\n\n".join(block for block in found if not block.startswith("# "))


def as_published(markdown: str, leftovers: Collection[str] = ()) -> str:
    """The text without the blocks that are `leftovers`, and without headings below which no words stand."""
    markdown = _lined(markdown)
    lines = markdown.split("\n")
    tops = [one for one in _PARSER.parse(markdown) if one.level == 0 and one.map and one.nesting >= 0]
    starts = [one.map[0] for one in tops if one.map]
    parts: list[tuple[int, str]] = []  # a heading's level, 0 for what stands below it
    for token, start, end in zip(tops, starts, [*starts[1:], len(lines)], strict=False):
        text = "\n".join(lines[start:end])
        if text.strip() not in leftovers:
            parts.append((int(token.tag[1:]) if token.type == "heading_open" else 0, text))
    kept: list[str] = []
    place = 0
    while place < len(parts):
        level, text = parts[place]
        place += 1
        below = _below(parts[place:], level) if level >= _SECTION else []
        if level < _SECTION or any(_WORD.search(words) for deeper, words in below if not deeper):
            kept.append(text)
        else:
            place += len(below)
    return "\n".join(kept)


def _below(parts: Sequence[tuple[int, str]], level: int) -> list[tuple[int, str]]:
    """What stands below a heading of this level, up to the next of it or of a higher one."""
    return list(takewhile(lambda part: not 0 < part[0] <= level, parts))


def with_whole_lists(markdown: str) -> str:
    """The text with no blank lines between the items of lists: where Slack shows one list with such gaps."""
    found: list[str] = []
    for block in blocks(markdown):
        if found and is_same_list(found[-1], block):
            found[-1] += f"\n{block}"
        else:
            found.append(block)
    return "\n\n".join(found) + "\n"


def is_same_list(block: str, after: str) -> bool:
    """Whether two blocks would be one list if no blank line stood between them."""
    kind = _kind_of(block)
    return kind in _LISTS and kind == _kind_of(after)


def _kind_of(block: str) -> str:
    """The parser's word for what a block is; empty for blanks, which are no block."""
    tokens = _PARSER.parse(block)
    return tokens[0].type if tokens else ""


def entries(block: str) -> list[Entry]:
    """What a block holds: a list's items with all that is below them, a table's rows, or itself.

    Blanks hold nothing.
    """
    return list(_entries(block))


@lru_cache(maxsize=AT_HAND)
def _entries(block: str) -> Sequence[Entry]:
    block = _lined(block)
    lines = block.split("\n")
    tokens = _PARSER.parse(block)
    if not tokens:
        return []
    if kind := _LISTS.get(tokens[0].type):
        items = [one.map[0] for one in tokens if one.map and one.level == 1 and one.type == "list_item_open"]
        return [Entry(kind, item) for item in _cut(lines, items)]
    if lines[0].lstrip().startswith("|") and len(lines) > 1 and is_delimiter(lines[1]):
        return [Entry(Kind.HEAD, lines[0]), *(Entry(Kind.ROW, line) for line in lines[2:])]
    return [Entry(Kind.BLOCK, block)]


def _lined(markdown: str) -> str:
    """The text with its line ends as the parser counts them, for which a carriage return is one."""
    return markdown.replace("\r\n", "\n").replace("\r", "\n")


def _cut(lines: Sequence[str], starts: Iterable[int]) -> list[str]:
    """The parts of a text that begin in these lines, without blank lines at their ends."""
    bounds = pairwise([*starts, len(lines)])
    return [_BLANK_END.sub("", "\n".join(lines[start:end])) for start, end in bounds]
