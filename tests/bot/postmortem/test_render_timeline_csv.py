"""The timeline as CSV: every event a line, whatever people typed, and nothing a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.postmortem.document import Document, Section, TimelineRow, TimelineTable
from bot.postmortem.render import timeline_csv
from bot.text.prose import Paragraph, Text

AT = datetime(2023, 9, 10, 14, 5, tzinfo=UTC)


def document(*texts: str) -> Document:
    rows = tuple(
        TimelineRow(AT, None, False, (Paragraph((Text(text),)),), "Ana", "https://acme.slack.com/p1")
        for text in texts
    )
    section = Section("Timeline", (TimelineTable(rows),), "timeline")
    return Document("INC-1", (), (section,), ZoneInfo("UTC"))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_draft_gives_a_line_for_each_event(draft: Document) -> None:
    head, *lines = read(timeline_csv.render(draft))

    assert tuple(head) == timeline_csv.COLUMNS
    at = {line[0][11:16]: line for line in lines}
    assert list(at) == ["14:00", "14:15", "14:40", "15:15", "15:20", "15:30"]
    assert at["14:40"][1] == "2023-09-10T14:55:00Z"
    assert at["14:40"][2] == "yes"
    assert "select *\n  from orders | head" in at["14:40"][4]
    assert at["14:15"][3] == "milestone"
    assert at["14:15"][4].startswith("Detected: ")
    assert at["14:15"][7] == "https://acme.slack.com/files/F1"


def test_a_formula_stays_words() -> None:
    _, line = read(timeline_csv.render(document("=HYPERLINK(1)")))

    assert line[4] == "'=HYPERLINK(1)"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=5))
def test_whatever_was_typed_comes_back(texts: list[str]) -> None:
    _, *lines = read(timeline_csv.render(document(*texts)))

    said = [line[4].removeprefix("'") for line in lines]
    assert said == [" ".join(text.split()).removeprefix("'") for text in texts]


def test_a_template_without_a_timeline_gives_the_head_alone() -> None:
    assert len(read(timeline_csv.render(Document("INC-1", (), (), ZoneInfo("UTC"))))) == 1
