"""Blocks of Markdown that the canvas and the Markdown file have in common."""

import re
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from bot.postmortem.document import Chart, CheckItem, Evidence, Fact, FactList, FileRef, Remark, TimelineRow
from bot.postmortem.render import markdown
from bot.postmortem.render.addresses import is_page
from bot.postmortem.render.written import fenced
from bot.text.prose import CodeBlock, Inline, Prose
from bot.text.spans import occurrence

HARD_BREAK = "  \n"
"""A new line within a paragraph (CommonMark 6.7)."""

TABLE_HEAD = "| Time | What happened | Who | Evidence |\n| --- | --- | --- | --- |"

_NO_EVIDENCE = "–"
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
        value += f" ({link_to(evidence.permalink, evidence.source)})"
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


def question(text: str) -> str:
    """A question to the reader, in another style than what people said."""
    return emphasised(text)


def emphasised(text: str) -> str:
    """Scribe's own words in italics, on a line of their own."""
    line = _one_line(text)
    return f"*{line}*" if line else ""


def paragraph(inlines: Sequence[Inline]) -> str:
    """A paragraph on its own."""
    return HARD_BREAK.join(_guarded(markdown.inline_lines(inlines)))


def prose(words: Iterable[Prose]) -> list[str]:
    """People's words, one string for each block."""
    return [
        fenced(block.text) if isinstance(block, CodeBlock) else paragraph(block.inlines) for block in words
    ]


def attributed(blocks: list[str], words: Sequence[Prose], evidence: Evidence | None) -> list[str]:
    """Blocks of prose that end with who said it: on the last line, or below a code block."""
    if evidence is None:
        return blocks
    said_by = f"— {attribution(evidence)}"
    if not blocks or (words and isinstance(words[-1], CodeBlock)):
        return [*blocks, said_by]
    return [*blocks[:-1], f"{blocks[-1]} {said_by}"]


def attribution(evidence: Evidence) -> str:
    """`Ana ([message](https://…), graph.png)`."""
    found = [link_to(evidence.permalink, evidence.source)] if evidence.permalink else []
    if not found and evidence.source != "message":
        found.append(markdown.escape(evidence.source))
    found += map(_file, evidence.files)
    return f"{_one_line(evidence.author)} ({', '.join(found)})" if found else _one_line(evidence.author)


def link_to(permalink: str, label: str = "message") -> str:
    """A link to where something was said."""
    return markdown.link(label, permalink)


def bullet(remark: Remark) -> str:
    """A remark as one item of a list; further blocks stand indented below its first line."""
    blocks = attributed(prose(remark.words), remark.words, remark.evidence)
    return f"- {_indented(_PARAGRAPH_END.join(blocks))}"


def short_bullet(remark: Remark, lead_in: str = "") -> str:
    """A remark as one item of a list that holds nothing but lines of text, code lines as code spans.

    `lead_in` is Markdown that stands before its first line.
    """
    lines: list[str] = []
    for block in remark.words:
        if isinstance(block, CodeBlock):
            lines += _guarded(filter(None, markdown.code_lines(block.text)))
        else:
            lines += _guarded(markdown.inline_lines(block.inlines))
    text = f"{lead_in} {HARD_BREAK.join(lines)}".strip(" ")
    said = attributed([text] if text else [], remark.words, remark.evidence)
    return f"- {_indented(HARD_BREAK.join(said))}"


def table(rows: Sequence[TimelineRow], zone: ZoneInfo) -> str:
    """The timeline as a table of four columns."""
    return "\n".join([TABLE_HEAD, *(table_row(row, zone) for row in rows)])


def table_row(row: TimelineRow, zone: ZoneInfo) -> str:
    """A line of the timeline as a row of that table."""
    when = occurrence(row.occurred_at, row.occurred_until, row.is_approximate, zone)
    evidence = [link_to(row.permalink)] if row.permalink else []
    evidence += map(_file, row.files)
    cells = (
        when,  # the `~` of an approximate time is the only one in the cell, so it strikes nothing through
        markdown.cell(row.text),
        markdown.in_cell(_one_line(row.author)),
        markdown.in_cell("<br>".join(evidence)) or _NO_EVIDENCE,
    )
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
