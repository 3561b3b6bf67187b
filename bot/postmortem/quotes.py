"""Quotes of messages in a stored text: found by the permalink beside them, and removed.

A published post-mortem is what people approved, so it is not compiled again. It still quotes messages, and
each quote names its message by a link to it. What is taken out is what stands before that link in the same
row, item or paragraph; what people wrote after it, and everything else, stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from bot.postmortem.compose.milestones import PARTICIPLES
from bot.postmortem.compose.opening import IN_SHORT

GONE = "(message deleted in Slack)"

IsGone = Callable[[str], bool]
"""Whether the words of the message with this `ts` are to be taken out."""

_PERMALINK = re.compile(r"/archives/[A-Z0-9]+/p(\d{10})(\d{6})(?!\d)[^\s()<>|\\\]]*")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_OPENS = re.compile(r"^\s*(?:(?:[-*+]|\d{1,9}[.)]) +)?(`{3,}(?!.*`)|~{3,})")
_ITEM = re.compile(r"^(?P<indent> *)(?:[-*+•☐☑]|(?P<number>\d{1,9}[.)]))(?: +|$)")
_PLAIN_ITEM = re.compile(r"^\\[-*+] ")
"""An item in the plainest form of a canvas, in which its further lines are paragraphs of their own."""
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t]|$)")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_ZONE = r"(?:UTC|GMT|MSK|WIB|WITA|[A-Z]{1,4}T|(?:UTC)?[+-]\d[\d:]{0,4})(?![\w:])"
_TIME = rf"~?(?:\d{{4}}-\d\d-\d\d )?\d\d?:\d\d(?:[–-]\d\d?:\d\d)?(?: {_ZONE})?"
_WHEN = rf"{_TIME}(?: – {_TIME})?"
_ONLY_WHEN = re.compile(rf"\s*(?:{_WHEN})?\s*")
_ABOUT = rf"(?:{'|'.join((*IN_SHORT, *map(str.capitalize, PARTICIPLES.values())))}):"
"""What Scribe calls a line at the top of a draft, or a fact; another word in bold there is somebody's."""
_LEAD = re.compile(
    r"\s*\\?(?:(?:[-*+•☐☑]|\d{1,9}[.)]) +)?(?:\[[ xX]\] )?"
    rf"(?:\\?\*\\?\*(?:{_WHEN}|{_ABOUT})\\?\*\\?\*|\*(?:{_WHEN}|{_ABOUT})\*)? *(?:{_WHEN}:?)?"
)
"""What an item begins with before its words: its marker, its time, the name of a fact."""
_LINKED_WHEN = re.compile(
    r"(?P<marker>\s*\\?(?:[-*+•☐☑]|\d{1,9}[.)]) +(?:\[[ xX]\] )?)?"
    rf"\s*(?:\[(?P<cell>{_WHEN})\]\([^()\s]*\)|<[^<>|]*\|(?P<line>{_WHEN})>) *"
)
"""A time that is itself the link to the message whose words follow it."""
_FILE = r"(?:\[(?:[^\]\\\n]|\\.)*\]\([^()\s]*\)|<[^<>\n]*>)"
_FILES = re.compile(rf" \({_FILE}(?:, {_FILE})*\)")
"""The files that were shared with a message, beside who said it."""
_IN_BRACKETS = re.compile(r"\\?\((?:\\?\[[^\[\]\n]*\]\\?\(|\\?<)[^\s()<>\[\]]*$")
"""What stands before a link that brackets hold, as in `Ana ([message](https://…), a.png)`."""
_GOES_ON = re.compile(r"\\?[)]|, |<?[^\s()<>]*\]\(|\]\(")
_IN_ANGLES = re.compile(r"<[^\s<>|]*$")
_ATTRIBUTION = re.compile(r"^\s*— ")
_BY = re.compile(
    r"— (?:\\?\[[^\[\]\n]{0,200}\\?\]\\?\(|[^()\[\]<>\n]{1,200} \\?\(\\?\[message\\?\]\\?\("
    r"|(?P<angle>(?:[^()\[\]<>\n]{1,200} \\?\()?<))"
    r"[^\s()<>|]*$"
)
"""What stands before the link that says who said what stands before it: `— [Ana](…`, `— Ana ([message](…`."""


class SaidWithin(NamedTuple):
    """Words, and the links behind them, from a place in a text to another.

    They are those of the last of these messages, by `ts`; the others are linked to in between.
    """

    start: int
    end: int
    of: tuple[str, ...]


def quoted(text: str) -> set[str]:
    """The `ts` of every message a text links to."""
    return {_ts(found) for found in _PERMALINK.finditer(text)}


def without(text: str, is_gone: IsGone, *, note: str = GONE) -> str:
    """A Markdown or Slack text without the words of some messages, which `note` stands for."""
    if not any(is_gone(ts) for ts in quoted(text)):
        return text
    pieces = list(passages(text.split("\n")))
    kept: list[str] = []
    for lines in pieces:
        piece = "\n".join(lines)
        if not any(is_gone(ts) for ts in quoted(piece)):
            kept.append(piece)
            continue
        if is_attribution(lines):
            _drop_code(kept)
        kept.append(_cells(piece, is_gone, note) if _ROW.match(piece) else _item(piece, is_gone, note))
    return "\n".join(kept)


def _ts(link: re.Match[str]) -> str:
    return f"{link[1]}.{link[2]}"


def passages(lines: list[str]) -> Iterator[list[str]]:
    """Rows, items with what is indented below them, paragraphs, code; blank lines stand alone."""
    held: list[str] = []
    fence = ""
    for number, line in enumerate(lines):
        if fence:
            held.append(line)
            closing = _FENCE.match(line)
            if closing and closing[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if line.strip():
            if held and not _belongs(held, line):
                yield held
                held = []
            held.append(line)
            opened = _OPENS.match(line)
            fence = opened[1] if opened else ""
        elif held and _goes_on(held, next((one for one in lines[number:] if one.strip()), "")):
            held.append(line)
        else:
            if held:
                yield held
            yield [line]
            held = []
    if held:
        yield held


def is_attribution(passage: Sequence[str]) -> bool:
    """Whether it says who wrote what stands above it."""
    return _ATTRIBUTION.match("\n".join(passage)) is not None


def _belongs(held: list[str], line: str) -> bool:
    """Whether a line is part of the piece right above it."""
    if _is_within(held, line) or not held[-1].strip():
        return True
    begins = _ITEM.match(line) or _ROW.match(line) or _HEADING.match(line) or _OPENS.match(line)
    is_closed = _ROW.match(held[0]) or _HEADING.match(held[0]) or _FENCE.match(held[0])
    return not (begins or is_closed)


def _goes_on(held: list[str], following: str) -> bool:
    """Whether a piece goes on below a blank line."""
    if _is_within(held, following):
        return True
    if not (_PLAIN_ITEM.match(held[0]) and following) or quoted("\n".join(held)):
        return False
    return not (_PLAIN_ITEM.match(following) or _HEADING.match(following) or _ITEM.match(following))


def _is_within(held: list[str], line: str) -> bool:
    """Whether a line is indented below the item that a piece is.

    A number there is a word: Slack takes no list of one kind within one of the other.
    """
    item, deeper = _ITEM.match(held[0]), _ITEM.match(line)
    if item is None or len(line) - len(line.lstrip(" ")) <= len(item["indent"]):
        return False
    return deeper is None or (deeper["number"] is not None and item["number"] is None)


def _drop_code(kept: list[str]) -> None:
    """Take out the code that the line below it says who wrote."""
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and _FENCE.match(kept[-1]):
        kept.pop()


def _cells(row: str, is_gone: IsGone, note: str) -> str:
    """A row of a table: its time stays. Where that is a link, the row is of the message it leads to."""
    cells = _CELL.split(row.strip().strip("|"))
    sources = {ts for cell in cells if _LINKED_WHEN.fullmatch(cell) for ts in quoted(cell)}
    if sources and not any(map(is_gone, sources)):
        return row
    found = []
    is_noted = False
    for cell in cells:
        linked = _LINKED_WHEN.fullmatch(cell)
        if linked or (cell.strip() and _ONLY_WHEN.fullmatch(cell)):
            found.append(linked["cell"] if linked else cell.strip())
        else:
            found.append("" if is_noted else note)
            is_noted = True
    return f"| {' | '.join(found)} |"


def said_within(passage: str) -> Iterator[SaidWithin]:
    """Whose words an item or paragraph holds: between one link and the next stand the words of the next one's
    message, up to one that says who said it all; behind a time that is itself the link all are of its.
    """
    if linked := _LINKED_WHEN.match(passage):
        yield from (SaidWithin(linked.end(), len(passage), (ts,)) for ts in quoted(linked[0]))
        return
    lead = _LEAD.match(passage)
    start = lead.end() if lead else 0
    held: list[SaidWithin] = []
    for link in _PERMALINK.finditer(passage):
        end = _end_of_evidence(passage, link.start(), link.end())
        if start < end:
            held.append(SaidWithin(start, end, (_ts(link),)))
        start = max(start, end)
        by = _BY.search(passage, 0, link.start())
        if by and (by["angle"] is None or passage[link.end() : link.end() + 1] == "|"):
            if held:
                of = tuple(ts for one in held for ts in one.of)
                yield SaidWithin(held[0].start, held[-1].end, of if of[-1] == _ts(link) else (*of, _ts(link)))
            held = []
    yield from held


def _item(item: str, is_gone: IsGone, note: str) -> str:
    linked = _LINKED_WHEN.match(item)
    parts: list[str] = []
    at = 0
    for said in said_within(item):
        if any(map(is_gone, said.of)):
            parts.append(_time(linked) if linked else item[at : said.start])
            parts.append(_spaced("".join(parts), note))
        else:
            parts.append(item[at : said.end])
        at = said.end
    return ("".join(parts) + item[at:]).rstrip()


def _time(linked: re.Match[str]) -> str:
    return f"{linked['marker'] or ''}{linked['cell'] or linked['line']} "


def _spaced(before: str, note: str) -> str:
    return note if not note or not before or before[-1].isspace() else f" {note}"


def _end_of_evidence(item: str, start: int, at: int) -> int:
    """Where the brackets close that hold the link, and the files that were named beside it."""
    if item[at : at + 1].isspace():
        return at
    if _IN_ANGLES.search(item, 0, start):
        at = max(item.find(">", at), at)
    is_in_brackets = _IN_BRACKETS.search(item, 0, start) is not None
    for place in range(at, len(item)):
        if item[place] == "\n":
            return place
        if item[place] in ")>" and not (is_in_brackets and _GOES_ON.match(item, place + 1)):
            files = _FILES.match(item, place + 1)
            return files.end() if files else place + 1
    return len(item)
