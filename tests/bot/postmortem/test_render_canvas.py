import re
from dataclasses import replace
from datetime import timedelta

import pytest
from markdown_it import MarkdownIt

from bot.postmortem.document import Document, Paragraph, Question, Section, Text, TimelineRow, TimelineTable
from bot.postmortem.render import canvas, markdown_file

TABLES = MarkdownIt("commonmark").enable("table")


def long_timeline(draft: Document, rows: int) -> Document:
    """The draft with as many rows as that, one each seven minutes."""
    table = draft.sections[1].blocks[0]
    assert isinstance(table, TimelineTable)
    first = table.rows[0]

    def row(number: int) -> TimelineRow:
        at = first.occurred_at + timedelta(minutes=7 * number)
        return replace(first, occurred_at=at, text=(Paragraph((Text(f"Event number {number}."),)),))

    timeline = Section("Timeline", (TimelineTable(tuple(map(row, range(rows)))),))
    return replace(draft, sections=(timeline,))


def cells_per_table(markdown: str) -> list[int]:
    counts: list[int] = []
    for token in TABLES.parse(markdown):
        if token.type == "table_open":
            counts.append(0)
        elif token.type in ("th_open", "td_open"):
            counts[-1] += 1
    return counts


def test_a_long_timeline_becomes_tables_that_slack_takes(draft: Document) -> None:
    markdown = canvas.render(long_timeline(draft, 400))

    assert cells_per_table(markdown) == [300, 300, 300, 300, 300, (400 - 5 * 74 + 1) * 4]
    assert re.findall(r"Event number (\d+)\.", markdown) == [str(number) for number in range(400)]
    headings = re.findall(r"^### (.+)$", markdown, re.MULTILINE)
    assert headings[0] == "2023-09-10 14:00–22:31 UTC"
    assert headings[1] == "2023-09-10 22:38 UTC – 2023-09-11 07:09 UTC"
    assert len(headings) == 6


def test_a_short_timeline_is_one_table_without_sub_headings(draft: Document) -> None:
    markdown = canvas.render(long_timeline(draft, 74))
    assert cells_per_table(markdown) == [300]
    assert "###" not in markdown


def test_a_markdown_file_keeps_a_long_timeline_in_one_table(draft: Document) -> None:
    assert cells_per_table(markdown_file.render(long_timeline(draft, 400))) == [401 * 4]


def test_without_tables_every_event_is_one_item(draft: Document) -> None:
    markdown = canvas.render(long_timeline(draft, 400), tables=False)
    assert cells_per_table(markdown) == []
    assert (
        len(
            re.findall(
                r"^- \*\*2023-09-1\d \d\d:\d\d UTC\*\* Event number \d+\. — Ana \(\[message\]", markdown, re.M
            )
        )
        == 400
    )


def test_the_title_stands_in_the_text_only_where_it_is_asked_for(draft: Document) -> None:
    assert "# INC-1" not in canvas.render(draft)
    assert canvas.render(draft, with_title=True).startswith("# INC-1: Checkout & payments slow\n")


def test_lists_of_a_canvas_hold_only_lines(draft: Document) -> None:
    kinds = {token.type for token in TABLES.parse(canvas.render(draft, tables=False)) if token.level > 1}
    assert kinds <= {"list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"}


def test_a_draft_over_one_mebibyte_is_refused_not_cut(draft: Document) -> None:
    huge = replace(draft, sections=(Section("S", (Question("ä" * (canvas.MAX_BYTES // 2)),)),))
    with pytest.raises(canvas.CanvasTooLarge, match="at most 1,048,576"):
        canvas.render(huge)
