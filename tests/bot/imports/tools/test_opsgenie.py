"""What Opsgenie's answers become, field by field."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.imports.tools import opsgenie
from bot.imports.tools.fields import Clock
from bot.imports.tools.incident import Author, Entry, ToolIncident
from storage.vocabulary import ActionItemState, EventKind, IncidentStatus, MilestoneKind, Origin
from tests.bot.imports.tools.conftest import SAVED


def read() -> dict[str, ToolIncident]:
    reading = opsgenie.read(SAVED / "opsgenie", Clock())
    found = {one.shown_as: one for one in reading.incidents}
    assert reading.skipped == []
    return found


def at(day: int, hour: int, minute: int, second: int = 0, micro: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, second, micro, tzinfo=UTC)


def test_an_incident_with_its_timeline_its_notes_and_its_post_mortem() -> None:
    one = read()["#23"]

    assert (one.origin, one.original_id) == (Origin.OPSGENIE, "70413a06-38d6-4c85-92b8-5ebc900d42e2")
    assert one.title == "Checkout answers 5xx & times out"
    assert one.url == ("https://acme.app.opsgenie.com/incident/detail/70413a06-38d6-4c85-92b8-5ebc900d42e2")
    assert (one.severity, one.status, one.is_private, one.is_drill) == (
        "P1",
        IncidentStatus.RESOLVED,
        None,
        False,
    )
    assert one.declared_at == at(6, 21, 30, 42, 104_000)
    assert (one.ended_at, one.is_end_known) == (at(6, 21, 52, 10), True)
    assert one.milestones == {MilestoneKind.IMPACT_STARTED: at(6, 21, 28)}
    assert one.summary == "More than 5% of payments fail <!channel>"
    ana, ben = Author("Ana Lopez"), Author("Ben Okafor")
    assert [(entry.at, entry.text, entry.kind, entry.author) for entry in one.entries] == [
        (at(6, 21, 30, 42, 104_000), "Incident created", EventKind.STATUS, ana),
        (at(6, 21, 40), "Rolled back checkout to 4.2.1 <@U0BEN> `now`", EventKind.NOTE, ana),
        (at(6, 21, 50), "Payments are back", EventKind.NOTE, Author("ben@example.com", "ben@example.com")),
        (at(6, 21, 52, 10), "Incident resolved", EventKind.STATUS, ben),
    ]
    assert one.postmortem is not None
    assert one.postmortem.markdown == (
        "The connection pool ran dry.\n\n"
        "## Root cause\n\n"
        "**A leak** in [the client](https://git.example.com/client) and this\n\n"
        "- no limit\n- no alert\n\n"
        "```\nSELECT 1\n```"
    )
    assert (one.postmortem.published_at, one.postmortem.is_finished) == (at(8, 9, 0), True)
    (item,) = one.follow_ups
    assert (item.text, item.state, item.ticket_url) == (
        "Bound the pool",
        ActionItemState.DONE,
        "https://jira.example.com/browse/PAY-12",
    )


def test_one_that_is_open_has_no_end() -> None:
    one = read()["#24"]

    assert (one.ended_at, one.postmortem, one.entries) == (None, None, [])


def test_an_alert_counts_from_its_report_and_leaves_out_who_was_notified() -> None:
    one = read()["#7"]

    declared = at(7, 8, 1, 0, 104_000)
    assert (one.title, one.severity, one.declared_at) == ("checkout 5xx", "P2", declared)
    assert one.milestones == {
        MilestoneKind.DETECTED: declared,
        MilestoneKind.ACKNOWLEDGED: at(7, 8, 1, 15, 806_000),
    }
    assert (one.ended_at, one.is_end_known) == (at(7, 8, 2, 0, 607_000), True)
    assert one.resolved_by == Author("ana@example.com", "ana@example.com")
    assert one.entries[0] == Entry("alert", declared, "checkout 5xx (prometheus)", EventKind.ALERT)
    assert [entry.text for entry in one.entries[1:]] == [
        "Alert created via prometheus",
        "Alert acknowledged via web",
        "Alert closed via web",
    ]


def test_the_same_answers_give_the_same_keys() -> None:
    keys = [[entry.key for entry in one.entries] for one in read().values()]

    assert keys == [[entry.key for entry in one.entries] for one in read().values()]
    assert all(len(set(some)) == len(some) for some in keys)
