"""A canvas's Markdown cut into sections, blocks and entries.

A block is what Slack calls a section (observed: one for each block of Markdown). An entry is an item of a
list, a row of a table, or any other block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.postmortem.merge.items import Kind
from bot.postmortem.merge.normal import is_delimiter

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_SECTION = re.compile(r"^ {0,3}##[ \t]+(?P<heading>.*?)[ \t#]*$")
_ITEM = re.compile(r"^(?P<indent> *)(?:[-*+]|\d+[.)])(?: |$)")
_LISTS = {"bullets": Kind.BULLET, "numbers": Kind.NUMBER}
_KINDS = (
    ("code", _FENCE),
    ("heading", re.compile(r"^ {0,3}#{1,6}(?:[ \t]|$)")),
    ("divider", re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")),
    ("quote", re.compile(r"^ {0,3}>")),
    ("bullets", re.compile(r"^ *[-*+](?: |$)")),
    ("numbers", re.compile(r"^ *\d+[.)](?: |$)")),
    ("table", re.compile(r"^ *\|")),
)


@dataclass(frozen=True)
class Entry:
    """An item of a list, a row of a table, or a block, as it stands; `begins` a block of its own or not."""

    kind: Kind
    markdown: str
    begins: bool = True


def heading_of(line: str) -> str | None:
    """The words of a section's heading; None when the line is none."""
    found = _SECTION.match(line)
    return found["heading"] if found else None


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
    """The blocks of a text.

    A list whose items stand apart by a blank line is cut there: it may be several of Slack's. What is
    indented below an item belongs to it; a list of another kind is another block.
    """
    found: list[list[str]] = []
    kind, fence, is_apart = "", "", True
    for line in markdown.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            found[-1].append(line)
            if opened and opened[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
                is_apart = kind == "code"
            continue
        if not line.strip():
            is_apart = True
            continue
        here = kind_of(line)
        is_within = kind in _LISTS and line.startswith("  ")
        if opened:
            fence = opened[1]
        if found and (is_within or _goes_on(kind, here, is_apart)):
            found[-1] += ["", line] if is_apart else [line]
        else:
            found.append([line])
            kind = here
        is_apart = kind == "heading"
    return ["\n".join(lines) for lines in found]


def with_whole_lists(markdown: str) -> str:
    """The text with no blank lines between the items of lists: where Slack shows one list with such gaps."""
    found: list[str] = []
    for block in blocks(markdown):
        kind = kind_of(block)
        if found and kind in _LISTS and kind_of(found[-1]) == kind:
            found[-1] += f"\n{block}"
        else:
            found.append(block)
    return "\n\n".join(found) + "\n"


def kind_of(line: str) -> str:
    """What a block is that begins with this line."""
    return next((name for name, mark in _KINDS if mark.match(line)), "text")


def _goes_on(kind: str, here: str, is_apart: bool) -> bool:
    """Whether a line belongs to the block before it."""
    if is_apart or here in ("heading", "divider", "code") or kind in ("divider", "code"):
        return False
    if kind in _LISTS and here in _LISTS:
        return kind == here
    return here in ("text", kind)


def entries(block: str) -> list[Entry]:
    """What a block holds: a list's items with all that is below them, a table's rows, or itself."""
    lines = block.split("\n")
    kind = kind_of(lines[0])
    if kind in _LISTS:
        return _items(lines, _LISTS[kind])
    if kind == "table" and len(lines) > 1 and is_delimiter(lines[1]):
        rows = [Entry(Kind.ROW, line, False) for line in lines[2:]]
        return [Entry(Kind.HEAD, lines[0]), *rows]
    return [Entry(Kind.BLOCK, block)]


def _items(lines: list[str], kind: Kind) -> list[Entry]:
    found: list[list[str]] = []
    fence = ""
    base = _indent(lines[0])
    for line in lines:
        opened = _FENCE.match(line.lstrip(" "))
        item = _ITEM.match(line)
        if not fence and item and len(item["indent"]) <= base + 1:
            found.append([line])
        else:
            found[-1].append(line)
        if opened and not fence:
            fence = opened[1]
        elif opened and opened[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
    return [Entry(kind, "\n".join(one).rstrip("\n"), not number) for number, one in enumerate(found)]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
