"""The draft as Markdown for a Slack canvas.

Slack's canvases take headings down to the third level, no quote within a list, no lists of two kinds
within each other, and tables of at most 300 cells, the header included (docs.slack.dev/surfaces/canvases);
each create or change holds at most 1 MiB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.postmortem.document import (
    DETAILS,
    Block,
    Bullets,
    Chart,
    CheckItem,
    Checklist,
    Document,
    Evidence,
    FactList,
    Phase,
    Remark,
    TimelineRow,
    TimelineTable,
    Written,
    opaque,
)
from bot.postmortem.merge.blocks import blocks as cut
from bot.postmortem.merge.blocks import entries
from bot.postmortem.merge.items import Item, Kind, Rendered
from bot.postmortem.render import markdown_blocks as blocks
from bot.postmortem.render import timeline, written
from bot.postmortem.render.addresses import is_slack_file
from bot.text.prose import CodeBlock, Paragraph
from bot.text.spans import clock, occurrence

MAX_BYTES = 1024 * 1024
MAX_CELLS = 300
"""Cells of a table, its head included."""


class CanvasTooLarge(Exception):
    """The draft does not fit into one canvas; it is not cut, but delivered in another way."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The draft has {size:,} bytes; a canvas holds at most {MAX_BYTES:,}.")
        self.size = size


HEADER = "header"
"""The key of what stands above the first section."""


class Form(StrEnum):
    """How a draft is written into a canvas, the best form first: Slack may refuse what is in it."""

    TABLES = "tables"
    LISTS = "lists"
    PARAGRAPHS = "paragraphs"

    @property
    def plainer(self) -> Form | None:
        """The next one, while there is any."""
        forms = list(Form)
        return next(iter(forms[forms.index(self) + 1 :]), None)


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
    """Check that a canvas can hold a text.

    Raises:
        CanvasTooLarge: it has more than 1 MiB.
    """
    size = len(text.encode())
    if size > MAX_BYTES:
        raise CanvasTooLarge(size)


def render_sections(
    document: Document, *, tables: bool = True, chart_url: str | None = None, is_plain: bool = False
) -> list[Rendered]:
    """The draft section by section: first the header, which has no heading, then each with its own.

    With `is_plain` what people said stands as paragraphs, without lists or code, after Slack refused those.
    """
    rendering = _Rendering(document.zone, tables, chart_url, is_plain)
    found = [Rendered(HEADER, "", "", rendering.items(HEADER, document.opening))]
    for section in document.sections:
        title = blocks.heading(2, section.heading)
        items = rendering.items(section.key, section.blocks)
        found.append(Rendered(section.key, section.heading, title, items))
    return found


def rendered_in(form: Form, document: Document, chart_url: str | None) -> list[Rendered]:
    """The draft in this form; the picture stands in the best one alone."""
    if form is Form.TABLES:
        return render_sections(document, chart_url=chart_url)
    return render_sections(document, tables=False, is_plain=form is Form.PARAGRAPHS)


def joined(parts: Iterable[str]) -> str:
    """Sections as one text."""
    return "\n\n".join(part for part in parts if part) + "\n"


class _Rendering:
    """Renders a document's blocks as items; a quote with code, for example, gives several."""

    def __init__(self, zone: ZoneInfo, tables: bool, chart_url: str | None, is_plain: bool) -> None:
        self._zone = zone
        self._tables = tables
        self._chart_url = chart_url
        self._is_plain = is_plain
        self._ids: Counter[str] = Counter()

    def items(self, key: str, held: Iterable[Block]) -> tuple[Item, ...]:
        """The items of these blocks, in order."""
        found: list[Item] = []
        for number, block in enumerate(held):
            for item in self._of_block(block, key, f"{key}:{number}"):
                if item.kind is Kind.HEAD:
                    found.append(item)
                    continue
                for part in self._parts(item):
                    self._ids[part.id] += 1
                    again = self._ids[part.id]
                    found.append(replace(part, id=f"{part.id}~{again}") if again > 1 else part)
        return tuple(found)

    def _parts(self, item: Item) -> Iterator[Item]:
        text = written.as_paragraphs(item.markdown) if self._is_plain else item.markdown
        if item.kind is not Kind.BLOCK and not self._is_plain:
            yield item
            return
        for part in cut(text):
            yield replace(item, kind=Kind.BLOCK, markdown=part, group="")

    def _of_block(self, block: Block, key: str, group: str) -> Iterator[Item]:
        match block:
            case Paragraph(inlines, known):
                yield Item(known or group, Kind.BLOCK, blocks.paragraph(inlines))
            case CodeBlock(code):
                yield Item(group, Kind.BLOCK, written.fenced(code))
            case Remark(words, evidence, known):
                whole = Item(known or group, Kind.BLOCK, "", permalink=_permalink(evidence))
                for number, text in enumerate(blocks.attributed(blocks.prose(words), words, evidence)):
                    yield from _entries(whole, text, f"{group}:{number}")
            case Bullets(remarks):
                for number, remark in enumerate(remarks):
                    yield self._bullet(remark.id or f"{group}:{number}", group, remark)
            case FactList(facts, known):
                for fact in facts:
                    name = f"{known or group}|{fact.label}"
                    text = blocks.facts(FactList((fact,)))
                    yield Item(name, Kind.BULLET, text, group, _permalink(fact.evidence), fact.label)
            case TimelineTable():
                yield from self._timeline(block, group)
            case Checklist(boxes):
                yield from self._checklist(boxes, group)
            case Chart():
                yield Item("chart", Kind.BLOCK, blocks.picture(block, self._chart_url), label="the picture")
            case Written(text):
                yield Item(group, Kind.BLOCK, written.for_canvas(text))

    def _bullet(self, name: str, group: str, remark: Remark) -> Item:
        return Item(name, Kind.BULLET, blocks.short_bullet(remark), group, _permalink(remark.evidence))

    def _checklist(self, boxes: Sequence[CheckItem], group: str) -> Iterator[Item]:
        """Tables with a column for all that may be known, so that what comes to be known moves no cell."""
        held = MAX_CELLS // (len(DETAILS) + 1) - 1
        for number, box in enumerate(boxes):
            name = box.id.rpartition("|")[2]
            label = f"action item {name}" if name.isdecimal() else ""
            part = f"{group}:{number // held}"
            permalink = _permalink(box.remark.evidence)
            item = Item(box.id or f"{group}:{number}", Kind.ROW, "", part, permalink, label)
            if not self._tables:
                yield replace(item, kind=Kind.BULLET, markdown=blocks.checklist((box,)), group=group)
                continue
            if number % held == 0:
                yield Item("head", Kind.HEAD, blocks.head(["What", *DETAILS])[0], part)
            yield replace(item, markdown=blocks.item_row(box, DETAILS))

    def _timeline(self, block: TimelineTable, group: str) -> Iterator[Item]:
        """One table, or several under sub-headings that say which day, phase or time each holds."""
        rows = block.rows
        legend = timeline.legend(block)
        if legend:
            yield Item("legend", Kind.BLOCK, blocks.emphasised(legend), label="what the signs mean")
        if not self._tables:
            for row in rows:
                text = timeline_bullet(row, self._zone)
                yield replace(self._row(row, block, group), kind=Kind.BULLET, markdown=text)
            return
        columns = timeline.columns(block, self._zone)
        most = MAX_CELLS // len(columns) - 1
        is_short = len(rows) <= most
        if is_short and len(rows) + sum(bool(day) for day, _ in timeline.by_day(rows, self._zone)) <= most:
            yield from self._table(rows, block, columns, group)
            return
        names: Counter[str] = Counter()
        for name, held in _divided(rows, block.phases, self._zone, most):
            names[name] += 1
            again = f" ({names[name]})" if names[name] > 1 else ""  # more in one minute than a table holds
            yield Item(f"part|{name}{again}", Kind.BLOCK, blocks.heading(3, f"{name}{again}"))
            yield from self._table(held, block, columns, f"{group}:{name}{again}")

    def _table(
        self, rows: Sequence[TimelineRow], block: TimelineTable, columns: Sequence[str], group: str
    ) -> Iterator[Item]:
        yield Item("head", Kind.HEAD, blocks.head(columns)[0], group)
        for day, row in timeline.by_day(rows, self._zone):
            if day:
                yield Item(
                    f"day|{day}", Kind.ROW, blocks.day_row(day, len(columns)), group, label=f"day {day}"
                )
            yield self._row(row, block, group)
        for text in _pictures(rows):
            yield Item(f"picture|{opaque(text)}", Kind.BLOCK, text)

    def _row(self, row: TimelineRow, block: TimelineTable, group: str) -> Item:
        number = row.id.rpartition("|")[2]
        label = f"event {number}" if number.isdecimal() else ""
        text = blocks.table_row(row, block, self._zone)
        return Item(row.id or f"{group}|{row.occurred_at}", Kind.ROW, text, group, row.permalink, label)


def _entries(item: Item, text: str, group: str) -> Iterator[Item]:
    """A block of what somebody said: item by item where it is a list, as it will be read back."""
    for entry in entries(text):
        is_listed = entry.kind in (Kind.BULLET, Kind.NUMBER)
        kind = entry.kind if is_listed else Kind.BLOCK
        yield replace(item, kind=kind, markdown=entry.markdown, group=group if is_listed else "")


def _permalink(evidence: Evidence | None) -> str | None:
    return evidence.permalink if evidence else None


def _pictures(rows: Iterable[TimelineRow]) -> list[str]:
    """The images of a table's rows, below the table: Slack may refuse an image in a cell, but not a block."""
    return [
        blocks.image(file.name, file.url)
        for row in rows
        for file in row.files
        if file.is_image and file.url and is_slack_file(file.url)
    ]


def _divided(
    rows: Sequence[TimelineRow], phases: Sequence[Phase], zone: ZoneInfo, most: int
) -> Iterator[tuple[str, Sequence[TimelineRow]]]:
    """By day; a day of more rows than `most` by phase; a phase of more by size."""
    for day, of_day in groupby(rows, lambda row: row.occurred_at.astimezone(zone).date().isoformat()):
        held = list(of_day)
        if len(held) < most:  # one row for the clocks that may change on that day
            yield day, held
            continue
        for phase, of_phase in groupby(held, lambda row: _phase(row, phases)):
            yield from _by_size(f"{day}, {phase}" if phase else day, list(of_phase), zone, most - 2)


def _by_size(
    name: str, rows: Sequence[TimelineRow], zone: ZoneInfo, most: int
) -> Iterator[tuple[str, Sequence[TimelineRow]]]:
    if len(rows) <= most:
        yield name, rows
        return
    for start in range(0, len(rows), most):
        held = rows[start : start + most]
        first, last = clock(held[0].occurred_at, zone), clock(held[-1].occurred_at, zone)
        yield f"{name}, {first} to {last}" if first != last else f"{name}, {first}", held


def _phase(row: TimelineRow, phases: Sequence[Phase]) -> str:
    begun = [phase for phase in phases if phase.since <= row.occurred_at]
    # milestones in the wrong order are sorted by time
    return max(begun, key=lambda phase: phase.since).name if begun else ""


def timeline_bullet(row: TimelineRow, zone: ZoneInfo) -> str:
    """A line of the timeline as an item of a list."""
    when = occurrence(row.occurred_at, row.occurred_until, row.is_approximate, zone)
    said = Remark(row.text, Evidence(row.author, row.permalink, files=row.files))
    lead_in = " ".join(part for part in (f"**{when}**", blocks.lead_in(row)) if part)
    return blocks.short_bullet(said, lead_in=lead_in)
