"""Quotes of messages in a stored text: found by the permalink beside them, and removed.

A published post-mortem is what people approved, so it is not compiled again. It still quotes messages, and
each quote names its message by a link to it. What is taken out is what stands before that link in the same
row, item or paragraph; what people wrote after it, and everything else, stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

GONE = "(message deleted in Slack)"

ROW = "\u200b\u200b"
"""Two spaces of no width: each row of a draft in a thread begins so, and it is known again where it ends."""

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
_TIME = r"~?(?:\d{4}-\d\d-\d\d )?\d\d?:\d\d(?:[–-]\d\d?:\d\d)?(?: (?:UTC)?[A-Z+-][A-Z0-9:+-]{0,5})?"
_WHEN = rf"{_TIME}(?: – {_TIME})?"
_ONLY_WHEN = re.compile(rf"\s*(?:{_WHEN})?\s*")
_ABOUT = "(?:Impact|Cause|Ended by|Next|Impact started|Detected|Acknowledged|Identified|Mitigated|Resolved):"
"""What Scribe calls a line at the top of a draft, or a fact; another word in bold there is somebody's."""
_LEAD = re.compile(
    r"\s*\\?(?:(?:[-*+•☐☑]|\d{1,9}[.)]) +)?(?:\[[ xX]\] )?"
    rf"(?:\\?\*\\?\*(?:{_WHEN}|{_ABOUT})\\?\*\\?\*|\*(?:{_WHEN}|{_ABOUT})\*)? *(?:{_WHEN}:?)?"
)
"""What an item begins with before its words: its marker, its time, the name of a fact."""
_LINKED_WHEN = re.compile(rf"\s*(?:\[(?P<cell>{_WHEN})\]\([^()\s]*\)|<[^<>|]*\|(?P<line>{_WHEN})>) *")
"""A time that is itself the link to the message whose words follow it."""
_FILE = r"(?:\[(?:[^\]\\\n]|\\.)*\]\([^()\s]*\)|<[^<>\n]*>)"
_FILES = re.compile(rf" \({_FILE}(?:, {_FILE})*\)")
"""The files that were shared with a message, beside who said it."""
_IN_BRACKETS = re.compile(r"\\?\((?:\\?\[[^\[\]\n]*\]\\?\(|\\?<)[^\s()<>\[\]]*$")
"""What stands before a link that brackets hold, as in `Ana ([message](https://…), a.png)`."""
_GOES_ON = re.compile(r"\\?[)]|, |<?[^\s()<>]*\]\(|\]\(")
_IN_LINK = re.compile(r"[^\s<>|]*")
_BEFORE_EVIDENCE = ("— ", " (")
GOES_ON = "|…>"
"""How a link ends, in a thread, where the quote whose evidence it is goes on in the next message."""
_ATTRIBUTION = re.compile(r"^\s*— ")


def quoted(text: str) -> set[str]:
    """The `ts` of every message a text links to."""
    return {_ts(found) for found in _PERMALINK.finditer(text)}


def without(text: str, is_gone: IsGone, *, note: str = GONE) -> str:
    """A Markdown or Slack text without the words of some messages, which `note` stands for."""
    if not any(is_gone(ts) for ts in quoted(text)):
        return text
    pieces = list(_pieces(text.split("\n")))
    kept: list[str] = []
    for lines in pieces:
        piece = "\n".join(lines)
        if not any(is_gone(ts) for ts in quoted(piece)):
            kept.append(piece)
            continue
        if _ATTRIBUTION.match(piece):
            _drop_code(kept)
        kept.append(_cells(piece, note) if _ROW.match(piece) else _item(piece, is_gone, note))
    return "\n".join(kept)


def without_rows(text: str, is_gone: IsGone, *, note: str = GONE) -> str:
    """A message of a draft's thread without the words of some messages, which `note` stands for.

    What stands before the first row goes on from the message above. A message that an earlier version of
    Scribe sent has no rows.
    """
    if ROW not in text:
        return without(text, is_gone, note=note)
    return ROW.join(_row(row, is_gone, note) for row in text.split(ROW))


def _row(row: str, is_gone: IsGone, note: str) -> str:
    """A row, of one line or many. Of its links those count that say where the words before them were said."""
    links = [link for link in _PERMALINK.finditer(row) if _is_evidence(row, link)]
    if not any(is_gone(_ts(link)) for link in links):
        return row
    return _item(row, is_gone, note, links) + row[len(row.rstrip()) :]


def _is_evidence(row: str, link: re.Match[str]) -> bool:
    before, opened, address = row[: link.start()].rpartition("<")
    if not opened or not _IN_LINK.fullmatch(address):
        return False
    is_linked_when = not before.strip() and _LINKED_WHEN.match(row) is not None
    return is_linked_when or before.endswith(_BEFORE_EVIDENCE) or row.startswith(GOES_ON, link.end())


def _ts(link: re.Match[str]) -> str:
    return f"{link[1]}.{link[2]}"


def _pieces(lines: list[str]) -> Iterator[list[str]]:
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


def _cells(row: str, note: str) -> str:
    """A row of a table: its time stays."""
    cells = _CELL.split(row.strip().strip("|"))
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


def _item(item: str, is_gone: IsGone, note: str, links: Sequence[re.Match[str]] | None = None) -> str:
    """An item or paragraph: between one link and the next stand the words of the next one's message."""
    linked = _LINKED_WHEN.match(item)
    if linked and linked["line"]:
        return f"{linked['line']} {note}".rstrip()
    lead = _LEAD.match(item)
    start = lead.end() if lead else 0
    parts = [item[:start]]
    for link in _PERMALINK.finditer(item) if links is None else links:
        end = _end_of_evidence(item, link.start(), link.end())
        if is_gone(_ts(link)):
            parts.append(_spaced(parts[-1], note))
        elif start < end:
            parts.append(item[start:end])
        start = max(start, end)
    return ("".join(parts) + item[start:]).rstrip()


def _spaced(before: str, note: str) -> str:
    return note if not note or not before or before[-1].isspace() else f" {note}"


def _end_of_evidence(item: str, start: int, at: int) -> int:
    """Where the brackets close that hold the link, and the files that were named beside it."""
    if item[at : at + 1].isspace():
        return at
    is_in_brackets = _IN_BRACKETS.search(item, 0, start) is not None
    for place in range(at, len(item)):
        if item[place] == "\n":
            return place
        if item[place] in ")>" and not (is_in_brackets and _GOES_ON.match(item, place + 1)):
            files = _FILES.match(item, place + 1)
            return files.end() if files else place + 1
    return len(item)
