import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from markdown_it import MarkdownIt

from bot.postmortem.document import (
    Document,
    FileRef,
    Phase,
    Section,
    TimelineRow,
    TimelineTable,
    Written,
)
from bot.postmortem.render import canvas, html, markdown_file
from bot.text.prose import Paragraph, Text
from sandbox import canvas_markdown
from tests.bot.postmortem.gallery import gallery
from tests.bot.postmortem.shown import thread_texts

TABLES = MarkdownIt("commonmark").enable("table")
START = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
LINK = "https://acme.slack.com/archives/C0INC/p1694354400000100"


def row(number: int, every: float = 7, **more: FileRef) -> TimelineRow:
    words = (Paragraph((Text(f"Event number {number}."),)),)
    at = START + timedelta(minutes=every * number)
    return TimelineRow(at, None, False, words, "Ana", LINK, tuple(more.values()))


def drafted(*rows: TimelineRow, phases: tuple[Phase, ...] = (), zone: ZoneInfo = UTC_ZONE) -> Document:
    section = Section("Timeline", (TimelineTable(rows, phases),), "timeline")
    return Document("INC-1: Checkout & payments slow", (), (section,), zone)


def long_timeline(rows: int, every: float = 7) -> Document:
    """As many rows as that, one each seven minutes."""
    return drafted(*(row(number, every) for number in range(rows)))


def cells_per_table(markdown: str) -> list[int]:
    counts: list[int] = []
    for token in TABLES.parse(markdown):
        if token.type == "table_open":
            counts.append(0)
        elif token.type in ("th_open", "td_open"):
            counts[-1] += 1
    return counts


def headings(markdown: str) -> list[str]:
    return re.findall(r"^### (.+)$", markdown, re.MULTILINE)


def test_a_long_timeline_becomes_a_table_for_each_day() -> None:
    markdown = canvas.render(long_timeline(100, every=30))

    assert headings(markdown) == ["2023-09-10", "2023-09-11", "2023-09-12"]
    assert cells_per_table(markdown) == [(20 + 1) * 3, (48 + 1) * 3, (32 + 1) * 3]
    assert re.findall(r"Event number (\d+)\.", markdown) == [str(number) for number in range(100)]


def test_days_are_those_of_the_zone() -> None:
    berlin = replace(long_timeline(100, every=30), zone=ZoneInfo("Europe/Berlin"))
    assert cells_per_table(canvas.render(berlin))[0] == (16 + 1) * 3


def test_a_day_that_is_too_long_is_split_by_phase_and_a_phase_by_size() -> None:
    detected = Phase("after the detection", START + timedelta(minutes=30))
    resolved = Phase("after the resolution", START + timedelta(minutes=230))
    rows = [row(number, every=1) for number in range(250)]
    markdown = canvas.render(drafted(*rows, phases=(detected, resolved)))

    assert headings(markdown) == [
        "2023-09-10",
        "2023-09-10, after the detection, 14:30 UTC to 16:06 UTC",
        "2023-09-10, after the detection, 16:07 UTC to 17:43 UTC",
        "2023-09-10, after the detection, 17:44 UTC to 17:49 UTC",
        "2023-09-10, after the resolution",
    ]
    assert [cells // 3 - 1 for cells in cells_per_table(markdown)] == [30, 97, 97, 6, 20]
    assert re.findall(r"Event number (\d+)\.", markdown) == [str(number) for number in range(250)]


def test_milestones_that_stand_the_wrong_way_round_still_split_in_order() -> None:
    phases = (Phase("after the detection", row(50).occurred_at), Phase("after the start", START))
    markdown = canvas.render(drafted(*(row(number, every=5) for number in range(110)), phases=phases))
    assert headings(markdown) == ["2023-09-10, after the start", "2023-09-10, after the detection"]


def test_more_in_one_minute_than_a_table_holds_keeps_its_headings_apart() -> None:
    markdown = canvas.render(long_timeline(250, every=0))
    assert headings(markdown) == [
        "2023-09-10, 14:00 UTC",
        "2023-09-10, 14:00 UTC (2)",
        "2023-09-10, 14:00 UTC (3)",
    ]


def test_a_short_timeline_is_one_table_without_sub_headings() -> None:
    markdown = canvas.render(long_timeline(99, every=6))
    assert cells_per_table(markdown) == [300]
    assert "###" not in markdown


def test_a_markdown_file_keeps_a_long_timeline_in_one_table() -> None:
    assert cells_per_table(markdown_file.render(long_timeline(400))) == [404 * 3]


def test_without_tables_every_event_is_one_item() -> None:
    markdown = canvas.render(long_timeline(400), tables=False)
    assert cells_per_table(markdown) == []
    items = r"^- \*\*2023-09-1\d \d\d:\d\d UTC\*\* Event number \d+\. — \[Ana\]\(https://"
    assert len(re.findall(items, markdown, re.MULTILINE)) == 400


def test_the_title_stands_in_the_text_only_where_it_is_asked_for() -> None:
    assert "# INC-1" not in canvas.render(long_timeline(1))
    assert canvas.render(long_timeline(1), with_title=True).startswith("# INC-1: Checkout & payments slow\n")


def test_lists_of_a_canvas_hold_only_lines() -> None:
    document = gallery()
    ours = replace(document, sections=tuple(one for one in document.sections if one.key != "view"))
    kinds = {token.type for token in TABLES.parse(canvas.render(ours, tables=False)) if token.level > 1}
    assert kinds <= {"list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"}


def test_images_of_slack_s_are_shown_below_their_table_and_others_only_linked() -> None:
    picture = FileRef("p99.png", "https://acme.slack.com/files/U2/F1/p99.png", is_image=True)
    elsewhere = FileRef("evil.png", "https://evil.test/files/p.png?acme.slack.com", is_image=True)
    notes = FileRef("notes.txt", "https://acme.slack.com/files/U2/F2/notes.txt")
    markdown = canvas.render(drafted(row(0, a=picture, b=elsewhere, c=notes)))

    pictures = [line for line in markdown.split("\n") if line.startswith("!")]
    assert pictures == ["![p99.png](https://acme.slack.com/files/U2/F1/p99.png)"]
    for file in (picture, elsewhere, notes):
        assert f"[{file.name}]({file.url})" in markdown
    assert canvas_markdown.problem(markdown) is None


def test_sections_joined_are_the_whole_canvas_and_keep_their_keys() -> None:
    sections = canvas.render_sections(gallery())

    assert canvas.joined(one.markdown for one in sections) == canvas.render(gallery())
    assert (sections[0].key, sections[0].heading) == (canvas.HEADER, "")
    assert [one.key for one in sections[1:]] == [one.key for one in gallery().sections]
    for one in sections[1:]:
        assert one.markdown.startswith(f"## {one.heading}")


def test_the_picture_is_shown_where_slack_has_it_and_told_in_words_where_not() -> None:
    url = "https://acme.slack.com/files/U0BOT/F9/timeline.png"
    alt = "Timeline from 2023-10-29 01:50 CEST; 12 min to detect"
    assert re.search(rf"^!\[{alt}.*\]\({url}\)$", canvas.render(gallery(), chart_url=url), re.MULTILINE)
    assert re.search(rf"^\*{alt}.*\*$", canvas.render(gallery()), re.MULTILINE)


def test_a_draft_over_one_mebibyte_is_refused_not_cut() -> None:
    huge = replace(gallery(), sections=(Section("S", (Written("ä" * (canvas.MAX_BYTES // 2)),)),))
    with pytest.raises(canvas.CanvasTooLarge, match="at most 1,048,576"):
        canvas.render(huge)


def test_an_event_of_forty_thousand_characters_is_shown_whole() -> None:
    words = (Paragraph((Text("word & <b> " * 3_637),)),)
    document = drafted(replace(row(0), text=words))

    markdown = canvas.render(document)
    assert markdown.count("word & ") == 3_637
    assert canvas_markdown.problem(markdown) is None
    assert html.render(document).count("word &amp; &lt;b&gt;") == 3_637
    assert "".join(thread_texts(document)).count("word") == 3_637


def test_five_thousand_events_are_rendered_whole() -> None:
    document = long_timeline(5_000, every=1)
    sections = canvas.render_sections(document)

    assert sections[1].markdown.count("Event number") == 5_000
    assert canvas_markdown.problem(sections[1].markdown) is None


def test_a_section_of_which_nothing_is_known_is_its_heading() -> None:
    document = replace(gallery(), sections=(Section("Empty", ()), Section("Blank", (Written(" \n"),))))
    assert canvas.render(document).endswith("## Empty\n\n## Blank\n")


def test_times_stand_in_two_zones_where_a_template_asks_for_it() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    document = drafted(row(0))
    (section,) = document.sections
    (table,) = section.blocks
    assert isinstance(table, TimelineTable)
    both = replace(document, sections=(replace(section, blocks=(replace(table, second_zone=berlin),)),))

    markdown = canvas.render(both)
    assert "| Time (UTC) | Time (CEST) | What happened | Who |" in markdown
    assert f"| [14:00]({LINK}) | [16:00]({LINK}) | Event number 0. | Ana |" in markdown
    assert html.render(both).count('class="when"') == 2
