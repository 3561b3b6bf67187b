"""The draft as Markdown for a Slack canvas.

Slack's canvases take headings down to the third level, no quote within a list, no lists of two kinds
within each other, and tables of at most 300 cells, the header included (docs.slack.dev/surfaces/canvases);
each create or change holds at most 1 MiB.
"""

from zoneinfo import ZoneInfo

from bot.postmortem.document import (
    Block,
    Bullets,
    CodeBlock,
    Document,
    Evidence,
    FactList,
    Paragraph,
    Question,
    Remark,
    TimelineRow,
    TimelineTable,
)
from bot.postmortem.render import markdown_blocks as blocks
from bot.postmortem.spans import occurrence

MAX_BYTES = 1024 * 1024
MAX_TABLE_ROWS = 300 // 4 - 1
"""Rows below the header, in a table of four columns."""


class CanvasTooLarge(Exception):
    """The draft does not fit into one canvas; nothing of it was cut off."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The draft has {size:,} bytes; a canvas holds at most {MAX_BYTES:,}.")
        self.size = size


def render(document: Document, *, tables: bool = True, with_title: bool = False) -> str:
    """The whole draft. The canvas's own title is `document.title`; `with_title` repeats it on top.

    With `tables=False` the timeline is a list: for workspaces in which Slack refuses tables.

    Raises:
        CanvasTooLarge: the draft has more than 1 MiB.
    """
    parts = [blocks.heading(1, document.title)] if with_title else []
    parts.append(blocks.facts(document.facts))
    for section in document.sections:
        parts.append(blocks.heading(2, section.heading))
        parts += (_block(block, document.zone, tables) for block in section.blocks)
    text = "\n\n".join(part for part in parts if part) + "\n"
    size = len(text.encode())
    if size > MAX_BYTES:
        raise CanvasTooLarge(size)
    return text


def _block(block: Block, zone: ZoneInfo, tables: bool) -> str:
    match block:
        case Paragraph(inlines):
            return blocks.paragraph(inlines)
        case CodeBlock(code):
            return blocks.fenced(code)
        case Remark(words, evidence):
            return "\n\n".join(blocks.attributed(blocks.prose(words), words, evidence))
        case Bullets(items):
            return "\n".join(map(blocks.short_bullet, items))
        case FactList():
            return blocks.facts(block)
        case TimelineTable(rows):
            return _tables(rows, zone) if tables else "\n".join(_timeline_bullet(row, zone) for row in rows)
        case Question(text):
            return blocks.question(text)


def _tables(rows: tuple[TimelineRow, ...], zone: ZoneInfo) -> str:
    """One table, or several under sub-headings that say which time each holds."""
    if len(rows) <= MAX_TABLE_ROWS:
        return blocks.table(rows, zone)
    parts: list[str] = []
    for start in range(0, len(rows), MAX_TABLE_ROWS):
        held = rows[start : start + MAX_TABLE_ROWS]
        parts.append(blocks.heading(3, occurrence(held[0].occurred_at, held[-1].occurred_at, False, zone)))
        parts.append(blocks.table(held, zone))
    return "\n\n".join(parts)


def _timeline_bullet(row: TimelineRow, zone: ZoneInfo) -> str:
    when = occurrence(row.occurred_at, row.occurred_until, row.is_approximate, zone)
    said = Remark(row.text, Evidence(row.author, row.permalink, files=row.files))
    return blocks.short_bullet(said, lead_in=f"**{when}**")
