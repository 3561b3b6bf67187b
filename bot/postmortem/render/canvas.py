"""The draft as Markdown for a Slack canvas.

Slack's canvases take headings down to the third level, no quote within a list, no lists of two kinds
within each other, and tables of at most 300 cells, the header included (docs.slack.dev/surfaces/canvases);
each create or change holds at most 1 MiB.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.postmortem.document import (
    Block,
    Bullets,
    Chart,
    Checklist,
    CodeBlock,
    Document,
    Evidence,
    FactList,
    Paragraph,
    Phase,
    Question,
    Remark,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.postmortem.render import markdown_blocks as blocks
from bot.postmortem.render import written
from bot.postmortem.render.addresses import is_slack_file
from bot.postmortem.spans import clock, occurrence

MAX_BYTES = 1024 * 1024
MAX_TABLE_ROWS = 300 // 4 - 1
"""Rows below the header, in a table of four columns."""


class CanvasTooLarge(Exception):
    """The draft does not fit into one canvas; nothing of it was cut off."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The draft has {size:,} bytes; a canvas holds at most {MAX_BYTES:,}.")
        self.size = size


HEADER = "header"
"""The key of what stands above the first section."""


@dataclass(frozen=True)
class RenderedSection:
    """A section as it stands in a canvas, its heading included."""

    key: str
    heading: str
    markdown: str


def render(
    document: Document, *, tables: bool = True, with_title: bool = False, chart_url: str | None = None
) -> str:
    """The whole draft. The canvas's own title is `document.title`; `with_title` repeats it on top.

    With `tables=False` the timeline is a list: for workspaces in which Slack refuses tables. `chart_url` is
    where Slack has the timeline's picture.

    Raises:
        CanvasTooLarge: the draft has more than 1 MiB.
    """
    parts = [blocks.heading(1, document.title)] if with_title else []
    parts += [one.markdown for one in render_sections(document, tables=tables, chart_url=chart_url)]
    text = joined(parts)
    check_size(text)
    return text


def check_size(text: str) -> None:
    """See whether a canvas can hold it.

    Raises:
        CanvasTooLarge: it has more than 1 MiB.
    """
    size = len(text.encode())
    if size > MAX_BYTES:
        raise CanvasTooLarge(size)


def render_sections(
    document: Document, *, tables: bool = True, chart_url: str | None = None, is_plain: bool = False
) -> list[RenderedSection]:
    """The draft section by section: first the header, which has no heading, then each with its own.

    With `is_plain` what people said stands as paragraphs, without lists or code: Slack has refused the rest.
    """
    found = [RenderedSection(HEADER, "", blocks.facts(document.facts))]
    for section in document.sections:
        heading = blocks.heading(2, section.heading)
        parts = [_block(block, document.zone, tables, chart_url) for block in section.blocks]
        if is_plain:
            parts = [written.as_paragraphs(part) for part in parts]
        text = "\n\n".join(part for part in [heading, *parts] if part)
        found.append(RenderedSection(section.key, section.heading, text))
    return found


def joined(parts: Iterable[str]) -> str:
    """Sections as one text."""
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: Block, zone: ZoneInfo, tables: bool, chart_url: str | None) -> str:
    match block:
        case Paragraph(inlines):
            return blocks.paragraph(inlines)
        case CodeBlock(code):
            return written.fenced(code)
        case Remark(words, evidence):
            return "\n\n".join(blocks.attributed(blocks.prose(words), words, evidence))
        case Bullets(items):
            return "\n".join(map(blocks.short_bullet, items))
        case FactList():
            return blocks.facts(block)
        case TimelineTable(rows, phases):
            return (
                _tables(rows, phases, zone)
                if tables
                else "\n".join(_timeline_bullet(row, zone) for row in rows)
            )
        case Checklist(items):
            return blocks.checklist(items)
        case Chart():
            return blocks.picture(block, chart_url)
        case Written(text):
            return written.for_canvas(text)
        case Question(text):
            return blocks.question(text)


def _tables(rows: Sequence[TimelineRow], phases: Sequence[Phase], zone: ZoneInfo) -> str:
    """One table, or several under sub-headings that say which day, phase or time each holds."""
    if len(rows) <= MAX_TABLE_ROWS:
        return "\n\n".join([blocks.table(rows, zone), *_pictures(rows)])
    parts: list[str] = []
    names: Counter[str] = Counter()
    for name, held in _divided(rows, phases, zone):
        names[name] += 1
        again = f" ({names[name]})" if names[name] > 1 else ""  # more in one minute than a table holds
        parts += [blocks.heading(3, f"{name}{again}"), blocks.table(held, zone), *_pictures(held)]
    return "\n\n".join(parts)


def _pictures(rows: Iterable[TimelineRow]) -> list[str]:
    """The images of a table's rows, below it, where each is a block that Slack takes for sure."""
    return [
        blocks.image(file.name, file.url)
        for row in rows
        for file in row.files
        if file.is_image and file.url and is_slack_file(file.url)
    ]


def _divided(
    rows: Sequence[TimelineRow], phases: Sequence[Phase], zone: ZoneInfo
) -> Iterator[tuple[str, Sequence[TimelineRow]]]:
    """By day; a day that is too long by phase; a phase that is too long by size."""
    for day, of_day in groupby(rows, lambda row: row.occurred_at.astimezone(zone).date().isoformat()):
        held = list(of_day)
        if len(held) <= MAX_TABLE_ROWS:
            yield day, held
            continue
        for phase, of_phase in groupby(held, lambda row: _phase(row, phases)):
            yield from _by_size(f"{day}, {phase}" if phase else day, list(of_phase), zone)


def _by_size(
    name: str, rows: Sequence[TimelineRow], zone: ZoneInfo
) -> Iterator[tuple[str, Sequence[TimelineRow]]]:
    if len(rows) <= MAX_TABLE_ROWS:
        yield name, rows
        return
    for start in range(0, len(rows), MAX_TABLE_ROWS):
        held = rows[start : start + MAX_TABLE_ROWS]
        first, last = clock(held[0].occurred_at, zone), clock(held[-1].occurred_at, zone)
        yield f"{name}, {first} to {last}" if first != last else f"{name}, {first}", held


def _phase(row: TimelineRow, phases: Sequence[Phase]) -> str:
    begun = [phase for phase in phases if phase.since <= row.occurred_at]
    # milestones that stand the wrong way round follow each other by time all the same
    return max(begun, key=lambda phase: phase.since).name if begun else ""


def _timeline_bullet(row: TimelineRow, zone: ZoneInfo) -> str:
    when = occurrence(row.occurred_at, row.occurred_until, row.is_approximate, zone)
    said = Remark(row.text, Evidence(row.author, row.permalink, files=row.files))
    return blocks.short_bullet(said, lead_in=f"**{when}**")
