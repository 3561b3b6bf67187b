"""What a post-mortem's Markdown becomes, field by field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.imports.errors import CannotImport
from bot.imports.tools import markdown
from bot.imports.tools.fields import IN_UTC, Clock
from bot.imports.tools.incident import Author
from bot.imports.tools.markdown import Unusable, incident_of
from storage.vocabulary import ActionItemState, Origin
from tests.bot.imports.tools.conftest import SAVED


def test_front_matter_a_timeline_over_midnight_and_follow_ups() -> None:
    one = next(iter(markdown.read(SAVED / "markdown", Clock()).incidents))

    assert (one.origin, one.original_id) == (Origin.MARKDOWN, "2023-11-01-checkout.md")
    assert (one.title, one.severity, one.is_private) == ("Checkout was down", "sev1", False)
    assert one.declared_by == Author("Ana Lopez")
    assert one.declared_at == datetime(2023, 11, 1, 22, 50, tzinfo=UTC)
    assert (one.ended_at, one.is_end_known) == (datetime(2023, 11, 2, 0, 20, tzinfo=UTC), True)
    assert [(f"{entry.at:%d %H:%M}", entry.text) for entry in one.entries] == [
        ("01 22:50", "The alert fires <!channel>"),
        ("01 23:05", "we roll back"),
        ("02 00:10", "payments work again"),
    ]
    said = [(item.text, item.state, item.owner, item.due_on, item.ticket_url) for item in one.follow_ups]
    ana, ben = Author("Ana Lopez"), Author("Ben Okafor")
    done, todo = ActionItemState.DONE, ActionItemState.OPEN
    jira = "https://jira.example.com/browse/PAY-12"
    assert said == [
        ("Alert on the pool, owner: Ben Okafor, due 2023-12-01", done, ben, date(2023, 12, 1), None),
        (f"Bound the pool ({jira})", todo, None, None, jira),
        ("Raise the limit", done, ana, date(2023, 11, 20), None),
        ("Write a runbook", todo, ben, None, None),
    ]
    assert one.postmortem is not None
    assert one.postmortem.markdown.startswith("# Checkout was down for 90 minutes\n")
    assert list(one.notes) == [
        IN_UTC,
        "has lines in its timeline without a time, which stand in its text alone",
    ]


def test_headings_alone_do() -> None:
    one = incident_of(
        "# Search was slow\n\nDate: 2024-02-03 10:00 UTC\n\nSeverity: sev3\n\nx", "s.md", Clock()
    )

    assert (one.title, one.severity) == ("Search was slow", "sev3")
    assert (one.declared_at, one.notes) == (datetime(2024, 2, 3, 10, 0, tzinfo=UTC), [])


@pytest.mark.parametrize("place", ["2024-02-03-search.md", "reviews/2024-02-03/search.md"])
def test_a_day_in_the_name_of_the_file_counts(place: str) -> None:
    if "/" in place:
        with pytest.raises(Unusable, match="nothing says when it was"):
            incident_of("# Search\n\nwords", place, Clock())
    else:
        one = incident_of("# Search\n\nwords", place, Clock())
        assert one.declared_at == datetime(2024, 2, 3, tzinfo=UTC)
        assert "has a day and no time of its beginning" in one.notes


def test_times_without_a_zone_are_of_the_zone_that_was_said() -> None:
    text = "---\ndate: 2024-07-03\n---\n# Slow\n\n## Timeline\n\n- 10:00 it began\n- 09:30 UTC it was seen\n"

    one = incident_of(text, "slow.md", Clock(ZoneInfo("Europe/Berlin")))

    assert [f"{entry.at:%H:%M}" for entry in one.entries] == ["08:00", "09:30"]
    assert one.notes == []


def test_front_matter_that_is_no_yaml_is_read_line_by_line() -> None:
    one = incident_of("---\ntitle: a: b: [c\ndate: 2024-07-03T10:00:00Z\n---\nwords", "slow.md", Clock())

    assert (one.title, one.declared_at) == ("a: b: [c", datetime(2024, 7, 3, 10, 0, tzinfo=UTC))


def test_a_file_that_cannot_be_read_costs_itself(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.md").write_text("# Undated\n\nwords")
    (tmp_path / "c.md").write_text("   ")
    (tmp_path / "d-2024-07-03.md").write_text("# Slow\n\nwords")

    reading = markdown.read(tmp_path, Clock())

    assert [one.title for one in reading.incidents] == ["Slow"]
    assert [(one.where, one.why.split(";")[0]) for one in reading.skipped] == [
        ("a.md", "it is not UTF-8"),
        ("b.md", "nothing says when it was"),
        ("c.md", "it is empty"),
    ]


def test_a_folder_without_any_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match=r"holds no Markdown files"):
        markdown.read(tmp_path, Clock())
    with pytest.raises(CannotImport, match=r"There is no folder .*An example that works: scribe import-from"):
        markdown.read(tmp_path / "nowhere", Clock())
