"""Blocks of Markdown that the canvas and the Markdown file have in common."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.postmortem.document import (
    DETAILS,
    Chart,
    CheckItem,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Remark,
    TimelineRow,
    TimelineTable,
)
from bot.postmortem.render import markdown, timeline
from bot.postmortem.render.addresses import is_page
from bot.postmortem.render.written import fenced
from bot.text.prose import CodeBlock, Inline, Listing, ListItem, Paragraph, Prose, Quotation, Text, as_lines

HARD_BREAK = "  \n"
"""A new line within a paragraph (CommonMark 6.7)."""

_PARAGRAPH_END = "\n\n"
_CLOSING_HASHES = re.compile(r"(?<![^ \t])#+[ \t]*$")


def heading(level: int, text: str) -> str:
    """A heading of one line; hashes at its end stay visible."""
    line = markdown.escape(" ".join(text.split()))
    return f"{'#' * level} {_CLOSING_HASHES.sub(lambda hashes: chr(92) + hashes[0], line)}"


def facts(header: FactList) -> str:
    """Facts, one bullet each, with the link to their evidence."""
    return "\n".join(f"- {_fact(fact)}" for fact in header.facts)


def _fact(fact: Fact) -> str:
    return f"**{_one_line(fact.label)}:** {_value(fact)}"


def _value(fact: Fact) -> str:
    evidence = fact.evidence
    value = markdown.link(fact.value, fact.value) if is_page(fact.value) else _one_line(fact.value)
    if evidence and evidence.permalink:
        value += f" ({link_to(evidence.permalink)})"
    return value


def checklist(items: Iterable[CheckItem]) -> str:
    """Action items with a checkbox each, ticked when they are done; their details follow the words."""
    return "\n".join(map(_check_item, items))


def _check_item(item: CheckItem) -> str:
    box = "- [x]" if item.is_done else "- [ ]"
    bullet = short_bullet(item.remark).removeprefix("-")
    known = "; ".join(f"{_one_line(fact.label)}: {_value(fact)}" for fact in item.details)
    return f"{box}{bullet} · {known}" if known else f"{box}{bullet}"


def picture(chart: Chart, address: str | None) -> str:
    """The timeline's picture, or its description where there is none."""
    if address is None:
        return emphasised(chart.alt)
    return image(chart.alt, address)


def image(alt: str, address: str) -> str:
    """A picture on a line of its own."""
    return f"![{_one_line(alt)}]({markdown.address(address)})"


def emphasised(text: str) -> str:
    """Scribe's own words in italics, on a line of their own."""
    line = _one_line(text)
    return f"*{line}*" if line else ""


def paragraph(inlines: Sequence[Inline]) -> str:
    """A paragraph on its own."""
    return HARD_BREAK.join(_guarded(markdown.inline_lines(inlines)))


def prose(words: Iterable[Prose]) -> list[str]:
    """People's words, one string for each block."""
    return [text for block in words for text in _prose(block)]


def _prose(block: Prose) -> list[str]:
    match block:
        case CodeBlock(code):
            return [fenced(code)]
        case Paragraph(inlines):
            return [paragraph(inlines)]
        case Quotation(inlines):
            return [_quote(markdown.inline_lines(inlines))]
        case Listing(items):
            return _lists(items)


def _quote(lines: Iterable[str]) -> str:
    paragraphs = [
        HARD_BREAK.join(_guarded(held))
        for is_empty, held in groupby(lines, lambda line: not line.strip())
        if not is_empty
    ]
    return "\n".join(f"> {line}" if line else ">" for line in _PARAGRAPH_END.join(paragraphs).split("\n"))


def _lists(items: Sequence[ListItem]) -> list[str]:
    """A list, or several that follow each other: numbers begin another one than bullets.

    A canvas refuses lists of two kinds within each other; of those, numbers are text behind bullets.
    """
    is_mixed = any(item.indent for item in items) and len({item.number is None for item in items}) > 1
    found: list[list[str]] = []
    columns: list[int] = []
    before: ListItem | None = None
    for item in items:
        is_numbered = item.number is not None and not is_mixed
        if before is None or (not is_mixed and (before.number is None) != (item.number is None)):
            found.append([])
            columns = []
        before = item
        marker = f"{item.number}." if is_numbered else "-"
        number = (Text(f"{item.number}. "),) if is_mixed and item.number is not None else ()
        first, *others = _guarded(markdown.inline_lines((*number, *item.inlines))) or [""]
        columns = columns[: item.indent]
        lead = " " * sum(columns)
        columns.append(len(marker) + 1)
        within = " " * sum(columns)
        found[-1].append(HARD_BREAK.join([f"{lead}{marker} {first}", *(within + line for line in others)]))
    return ["\n".join(lines) for lines in found]


def attributed(blocks: list[str], words: Sequence[Prose], evidence: Evidence | None) -> list[str]:
    """Blocks of prose that end with who said it: on the last line, or below what is no paragraph."""
    if evidence is None:
        return blocks
    by = attribution(evidence)
    if not by:
        return blocks
    said_by = f"— {by}"
    if not blocks or (words and not isinstance(words[-1], Paragraph)):
        return [*blocks, said_by]
    return [*blocks[:-1], f"{blocks[-1]} {said_by}"]


def attribution(evidence: Evidence) -> str:
    """`[Ana](https://…) (graph.png)`: who said it, which links to where, and the files shared with it."""
    author = evidence.author or ("message" if evidence.permalink else "")
    by = link_to(evidence.permalink, author) if evidence.permalink else _one_line(author)
    files = f"({', '.join(map(_file, evidence.files))})" if evidence.files else ""
    return " ".join(part for part in (by, files) if part)


def link_to(permalink: str, label: str = "message") -> str:
    """A link to where something was said."""
    return markdown.link(label, permalink)


def bullet(remark: Remark) -> str:
    """A remark as one item of a list; further blocks stand indented below its first line."""
    if remark.label:
        return short_bullet(remark)
    lines = [block if isinstance(block, CodeBlock) else Paragraph(as_lines(block)) for block in remark.words]
    blocks = attributed(prose(lines), remark.words, remark.evidence)
    return f"- {_indented(_PARAGRAPH_END.join(blocks))}"


def short_bullet(remark: Remark, lead_in: str = "") -> str:
    """A remark as one item of a list that holds nothing but lines of text, code lines as code spans.

    `lead_in` is Markdown that stands before its first line; a labelled remark has its label there.
    """
    if remark.label and not lead_in:
        lead_in = f"**{_one_line(remark.label)}:**"
    lines: list[str] = []
    for block in remark.words:
        if isinstance(block, CodeBlock):
            lines += _guarded(filter(None, markdown.code_lines(block.text)))
        else:
            lines += _guarded(markdown.inline_lines(as_lines(block)))
    text = f"{lead_in} {HARD_BREAK.join(lines)}".strip(" ")
    said = attributed([text] if text else [], remark.words, remark.evidence)
    return f"- {_indented(HARD_BREAK.join(said))}"


def table(block: TimelineTable, zone: ZoneInfo) -> str:
    """The timeline as a table, below what its signs mean."""
    columns = timeline.columns(block, zone)
    lines = head(columns)
    for day, row in timeline.by_day(block.rows, zone):
        if day:
            lines.append(day_row(day, len(columns)))
        lines.append(table_row(row, block, zone))
    return "\n\n".join(part for part in (emphasised(timeline.legend(block)), "\n".join(lines)) if part)


def head(columns: Sequence[str]) -> list[str]:
    """The first two lines of a table."""
    return [_row(map(_one_line, columns)), _row(["---"] * len(columns))]


def day_row(day: str, columns: int) -> str:
    """The row that says on which day the rows below it happened."""
    return _row([f"**{day}**", *[""] * (columns - 1)])


def table_row(row: TimelineRow, block: TimelineTable, zone: ZoneInfo) -> str:
    """A line of the timeline as a row of that table; its time is the link to its evidence."""
    # the `~` of an approximate time is the only one in the cell, so it strikes nothing through
    when = [_linked(clock, row.permalink) for clock in timeline.times(row, block, zone)]
    what = " ".join(part for part in (lead_in(row), markdown.cell(row.text)) if part)
    files = markdown.in_cell("<br>".join(map(_file, row.files)))
    cells = [*when, "<br>".join(part for part in (what, files) if part)]
    if block.has_people:
        cells.append(markdown.in_cell(_one_line(row.author)))
    return _row(cells)


def lead_in(row: TimelineRow) -> str:
    """What Scribe puts before the words of a line: the sign of its kind, and its milestone."""
    label = f"**{_one_line(row.label)}**" if row.label else ""
    return " ".join(part for part in (timeline.sign(row), label) if part)


def _linked(clock: str, permalink: str | None) -> str:
    return f"[{clock}]({markdown.address(permalink)})" if permalink else clock


def items_table(items: Iterable[CheckItem], columns: Sequence[str]) -> list[str]:
    """Action items as the lines of a table with these of the `DETAILS`, the head first."""
    return [*head(["What", *columns]), *(item_row(item, columns) for item in items)]


def known_details(items: Iterable[CheckItem]) -> list[str]:
    """Which of the `DETAILS` is known of any of these action items."""
    known = {fact.label for item in items for fact in item.details}
    return [label for label in DETAILS if label in known]


def item_row(item: CheckItem, columns: Sequence[str]) -> str:
    """An action item as a row of that table."""
    known = {fact.label: markdown.in_cell(_value(fact)) for fact in item.details}
    what = markdown.cell(item.remark.words)
    by = attribution(item.remark.evidence) if item.remark.evidence else ""
    said = f"{what} — {markdown.in_cell(by)}" if by else what
    return _row([said, *(known.get(label, "") for label in columns)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _file(file: FileRef) -> str:
    return markdown.link(file.name, file.url) if file.url else _one_line(file.name)


def _one_line(text: str) -> str:
    return markdown.escape(" ".join(text.split()))


def _guarded(lines: Iterable[str]) -> list[str]:
    guarded = (markdown.guard_line_start(line) for line in lines)
    return [line for line in guarded if line]


def _indented(item: str) -> str:
    first, *others = item.split("\n")
    return "\n".join([first, *(f"  {line}" if line.strip() else "" for line in others)])
