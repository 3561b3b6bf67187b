"""What incident.io's answers become, field by field."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.imports.tools import incident_io
from bot.imports.tools.fields import Clock
from bot.imports.tools.incident import Author, ToolIncident
from storage.vocabulary import (
    ActionItemPriority,
    ActionItemState,
    EventKind,
    IncidentStatus,
    MilestoneKind,
    Origin,
)
from tests.bot.imports.tools.conftest import SAVED

ANA = Author("Ana Lopez", "", "U0ANA", "T0ACME")
BEN = Author("Ben Okafor", "", None, "T0ACME")


def read() -> dict[str, ToolIncident]:
    reading = incident_io.read(SAVED / "incidentio", Clock())
    found = {one.shown_as: one for one in reading.incidents}
    assert reading.skipped == []
    return found


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def test_an_incident_with_its_updates_follow_ups_and_post_mortem() -> None:
    one = read()["INC-42"]

    assert (one.origin, one.original_id) == (Origin.INCIDENT_IO, "01FDAG4SAP5TYPT98WGR2N7W91")
    assert (one.title, one.summary, one.severity) == ("Checkout errors", "5xx above 5%", "Major")
    assert one.url == "https://app.incident.io/incidents/42"
    assert (one.status, one.is_private, one.is_drill) == (IncidentStatus.RESOLVED, False, False)
    assert (one.declared_at, one.ended_at, one.is_end_known) == (at(7, 8, 0), at(7, 8, 50), True)
    assert one.declared_by == Author("Ana Lopez", "ana@example.com", "U0ANA", "T0ACME")
    assert one.milestones == {
        MilestoneKind.IMPACT_STARTED: at(7, 7, 58),
        MilestoneKind.MITIGATED: at(7, 8, 40),
    }
    assert one.roles == [("commander", ANA), ("communications", BEN)]
    assert [(entry.key, entry.at, entry.text, entry.kind, entry.author) for entry in one.entries] == [
        (
            "update:u1",
            at(7, 8, 10),
            "Status: Fixing · Severity: Major\nWe roll back. <!here>",
            EventKind.NOTE,
            BEN,
        ),
        ("update:u2", at(7, 8, 55), "Status: Closed", EventKind.STATUS, ANA),
    ]
    first, second = one.follow_ups
    assert (first.key, first.text, first.state, first.owner) == (
        "follow_up:f1",
        "Bound the pool\nIt may grow without end.",
        ActionItemState.OPEN,
        BEN,
    )
    assert (first.priority, first.ticket_url, first.added_at) == (
        ActionItemPriority.HIGH,
        "https://jira.example.com/browse/PAY-12",
        at(7, 10, 0),
    )
    assert (second.state, second.closed_at, second.owner) == (ActionItemState.DONE, at(9, 10, 0), None)
    assert one.postmortem is not None
    assert one.postmortem.markdown.startswith("# INC-42\n\n## Timeline")
    assert (one.postmortem.published_at, one.postmortem.is_finished) == (at(9, 8, 0), True)


def test_a_private_one_stays_private_and_a_workflow_declares_under_its_name() -> None:
    one = read()["INC-43"]

    assert (one.is_private, one.declared_by) == (True, Author("From an alert"))
    assert (one.ended_at, one.is_end_known) == (at(8, 9, 0), False)


def test_one_that_was_declined_is_cancelled_and_a_test_is_a_drill() -> None:
    one = read()["INC-44"]

    assert (one.status, one.is_drill) == (IncidentStatus.CANCELLED, True)
