"""What PagerDuty's answers become, field by field."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.imports.tools import pagerduty
from bot.imports.tools.fields import Clock
from bot.imports.tools.incident import Author
from storage.vocabulary import EventKind, IncidentStatus, MilestoneKind, Origin
from tests.bot.imports.tools.conftest import SAVED


def at(minute: int, second: int) -> datetime:
    return datetime(2026, 10, 6, 21, minute, second, tzinfo=UTC)


def test_an_incident_with_its_log_and_notes() -> None:
    reading = pagerduty.read(SAVED / "pagerduty", Clock())
    (one,) = reading.incidents

    assert reading.skipped == []
    assert (one.origin, one.original_id, one.shown_as) == (Origin.PAGERDUTY, "PT4KHLK", "#1234")
    assert (one.title, one.severity, one.summary) == ("checkout 5xx", "P2", "Service: Checkout")
    assert one.url == "https://example.pagerduty.com/incidents/PT4KHLK"
    assert (one.status, one.is_private) == (IncidentStatus.RESOLVED, None)
    assert (one.declared_at, one.ended_at, one.is_end_known) == (at(30, 42), at(38, 23), True)
    assert one.milestones == {MilestoneKind.DETECTED: at(30, 42), MilestoneKind.ACKNOWLEDGED: at(31, 10)}
    engineer = Author("On-call Engineer")
    assert one.resolved_by == engineer
    assert [(entry.key, entry.at, entry.text, entry.kind, entry.author) for entry in one.entries] == [
        (
            "log:Q02JTSNZWHSEKV",
            at(30, 42),
            "Triggered through the API: 5xx above 5%",
            EventKind.ALERT,
            Author("Checkout"),
        ),
        (
            "log:Q02JTSNZWHSEKA",
            at(31, 10),
            "Acknowledged by On-call Engineer.",
            EventKind.STATUS,
            engineer,
        ),
        ("note:P3ZQXDF", at(35, 0), "Rolled back checkout to 4.2.1", EventKind.NOTE, engineer),
        ("log:Q02JTSNZWHSEKW", at(38, 23), "Resolved by On-call Engineer.", EventKind.STATUS, engineer),
    ]
