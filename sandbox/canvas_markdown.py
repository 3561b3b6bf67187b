"""The Markdown a canvas takes, read into its top-level blocks, and what it refuses.

Source: docs.slack.dev/surfaces/canvases (what is supported); the refusals are community findings
(observed): headings below h3, anything but text in a quote, anything but text and lists of one kind
in a list, tables of more than 300 cells.
"""

import re
from dataclasses import dataclass

MAX_CELLS = 300
_NAMES = {
    "quote": "Blockquote",
    "list": "List",
    "code": "Code",
    "table": "Table",
    "divider": "Thematic break",
}
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]|$)")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_QUOTE = re.compile(r"^ {0,3}> ?")
_ITEM = re.compile(r"^(?P<indent> *)(?P<marker>[-*+]|\d{1,9}[.)])(?P<gap>[ \t]+|$)")
_DELIMITER = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL = re.compile(r"(?<!\\)\|")
_INDENT = re.compile(r"^[ \t]+")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")


@dataclass(frozen=True)
class Block:
    """A block with the number of its first line (from 1), its kind and its source."""

    kind: str
    line: int
    markdown: str
    lines: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class _Refused(Exception):
    line: int
    reason: str


def problem(markdown: str) -> str | None:
    """What Slack would refuse, as `line 28: Unsupported …`; nothing if it would take the text."""
    try:
        for block in blocks(markdown):
            _check(block, within=None)
    except _Refused as refused:
        return f"line {refused.line}: {refused.reason}"
    return None


def blocks(markdown: str) -> list[Block]:
    """The top-level blocks, in order; each is a section of the canvas (observed)."""
    lines = (_INDENT.sub(lambda indent: indent[0].expandtabs(4), line) for line in markdown.split("\n"))
    return _read(tuple(enumerate(lines, start=1)))


def _read(lines: tuple[tuple[int, str], ...]) -> list[Block]:
    found: list[Block] = []
    start = 0
    while start < len(lines):
        if not lines[start][1].strip():
            start += 1
            continue
        kind, end = _extent(lines, start)
        taken = lines[start:end]
        source = "\n".join(text for _, text in taken).strip("\n")
        found.append(Block(kind, taken[0][0], source, taken))
        start = end
    return found


def _extent(lines: tuple[tuple[int, str], ...], start: int) -> tuple[str, int]:
    """The kind of the block that starts here, and the line after its last."""
    text = lines[start][1]
    if fence := _FENCE.match(text):
        return "code", _end_of_fence(lines, start, fence[1])
    if heading := _HEADING.match(text):
        return f"h{len(heading[1])}", start + 1
    if _RULE.match(text):
        return "divider", start + 1
    if _QUOTE.match(text):
        return "quote", _end_of_quote(lines, start)
    if _ITEM.match(text):
        return "list", _end_of_list(lines, start)
    if "|" in text and start + 1 < len(lines) and _DELIMITER.match(lines[start + 1][1]):
        return "table", _end_of_paragraph(lines, start)
    end = start + 1
    while end < len(lines) and lines[end][1].strip() and not _interrupts(lines[end][1]):
        if setext := _SETEXT.match(lines[end][1]):
            return ("h1" if setext[1].startswith("=") else "h2"), end + 1
        end += 1
    return "paragraph", end


def _interrupts(text: str) -> bool:
    """Whether a line starts a new block although no empty line stands before it."""
    if _SETEXT.match(text):
        return False
    item = _ITEM.match(text)
    starts_list = item is not None and item["gap"] != "" and item["marker"] in ("-", "*", "+", "1.", "1)")
    return starts_list or any(mark.match(text) for mark in (_FENCE, _HEADING, _RULE, _QUOTE))


def _end_of_fence(lines: tuple[tuple[int, str], ...], start: int, fence: str) -> int:
    closing = re.compile(rf"^ {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    for position in range(start + 1, len(lines)):
        if closing.match(lines[position][1]):
            return position + 1
    return len(lines)


def _end_of_quote(lines: tuple[tuple[int, str], ...], start: int) -> int:
    end = start + 1
    while end < len(lines) and lines[end][1].strip():
        if not _QUOTE.match(lines[end][1]) and _interrupts(lines[end][1]):
            break
        end += 1
    return end


def _end_of_list(lines: tuple[tuple[int, str], ...], start: int) -> int:
    """A list ends at a line that is neither indented nor an item of the same kind."""
    first = _ITEM.match(lines[start][1])
    ordered = first is not None and first["marker"][0].isdigit()
    base = len(first["indent"]) if first is not None else 0
    end, after_blank = start + 1, False
    while end < len(lines):
        text = lines[end][1]
        if not text.strip():
            after_blank, end = True, end + 1
            continue
        item = _ITEM.match(text)
        indent = len(text) - len(text.lstrip(" "))
        if indent <= base + 1:
            if item is not None and not _RULE.match(text):
                if item["marker"][0].isdigit() != ordered:
                    break
            elif after_blank or _interrupts(text):
                break
        after_blank, end = False, end + 1
    while end > start and not lines[end - 1][1].strip():
        end -= 1
    return end


def _end_of_paragraph(lines: tuple[tuple[int, str], ...], start: int) -> int:
    end = start + 1
    while end < len(lines) and lines[end][1].strip():
        end += 1
    return end


def _check(block: Block, within: str | None) -> None:
    """Refuse what canvases do not hold, here and in what is nested.

    Raises:
        _Refused: with the line and Slack's reason.
    """
    name = _NAMES.get(block.kind, "Heading" if block.kind.startswith("h") else "Paragraph")
    if block.kind.startswith("h") and int(block.kind[1]) > 3:
        raise _Refused(block.line, f"Unsupported heading depth ({block.kind[1]})")
    if within == "quote" and block.kind != "paragraph":
        raise _Refused(block.line, f"Unsupported block type ({name}) within block quote")
    if within == "list" and block.kind not in ("paragraph", "list"):
        raise _Refused(block.line, f"Unsupported block type ({name}) within list")
    if block.kind == "table":
        _check_table(block)
    elif block.kind == "quote":
        inner = tuple((line, _QUOTE.sub("", text, count=1)) for line, text in block.lines)
        for nested in _read(inner):
            _check(nested, within="quote")
    elif block.kind == "list":
        _check_list(block)


def _check_table(block: Block) -> None:
    header = block.lines[0][1].strip().strip("|")
    columns = len(_CELL.split(header))
    cells = columns * (len(block.lines) - 1)
    if cells > MAX_CELLS:
        raise _Refused(block.line, f"Unsupported table size ({cells} cells, at most {MAX_CELLS})")


def _check_list(block: Block) -> None:
    ordered = block.markdown.lstrip()[0].isdigit()
    for item in _items(block.lines):
        for nested in _read(item):
            if nested.kind == "list" and nested.markdown.lstrip()[0].isdigit() != ordered:
                inner, outer = ("Bulleted", "ordered") if ordered else ("Ordered", "bulleted")
                raise _Refused(nested.line, f"Unsupported block type ({inner} list) within {outer} list")
            _check(nested, within="list")


def _items(lines: tuple[tuple[int, str], ...]) -> list[tuple[tuple[int, str], ...]]:
    """The items of a list without their markers and their indentation."""
    items: list[list[tuple[int, str]]] = []
    first = _ITEM.match(lines[0][1])
    base = len(first["indent"]) if first is not None else 0
    width = 0
    for number, text in lines:
        item = _ITEM.match(text)
        if item is not None and len(item["indent"]) <= base + 1:
            width = len(item[0]) if len(item["gap"]) <= 4 else len(item["indent"] + item["marker"]) + 1
            items.append([(number, text[width:])])
        elif items:
            indent = len(text) - len(text.lstrip(" "))
            items[-1].append((number, text[min(width, indent) :]))
    return [tuple(item) for item in items]
