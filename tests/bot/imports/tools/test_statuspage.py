"""What Statuspage's answers become, field by field."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.imports.reading import Skipped
from bot.imports.tools import statuspage
from bot.imports.tools.fields import Clock
from storage.vocabulary import EventKind, MilestoneKind, Origin
from tests.bot.imports.tools.conftest import SAVED


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 10, 6, hour, minute, tzinfo=UTC)


def test_an_incident_with_what_was_posted_and_maintenance_is_none() -> None:
    reading = statuspage.read(SAVED / "statuspage", Clock())
    (one,) = reading.incidents

    assert (one.origin, one.original_id) == (Origin.STATUSPAGE, "p31zjtct2jer")
    assert (one.title, one.severity, one.summary) == (
        "Elevated checkout errors",
        "minor",
        "Components: Checkout",
    )
    assert (one.url, one.is_private) == ("https://stspg.io/p31zjtct2jer", None)
    assert (one.declared_at, one.ended_at, one.is_end_known) == (at(21, 31), at(22, 5), True)
    assert one.milestones == {MilestoneKind.IDENTIFIED: at(21, 40), MilestoneKind.MITIGATED: at(21, 48)}
    assert [(entry.key, entry.at, entry.text) for entry in one.entries] == [
        ("update:a1", at(21, 31), "Investigating: We are looking into it."),
        ("update:a2", at(21, 40), "Identified: We know why."),
        ("update:a3", at(21, 48), "Monitoring: A fix is out."),
        ("update:a4", at(22, 5), "Resolved: All is well."),
    ]
    assert {entry.kind for entry in one.entries} == {EventKind.STATUS}
    assert one.postmortem is not None
    assert one.postmortem.markdown == "The **connection pool** ran dry."
    assert one.postmortem.published_at == datetime(2026, 10, 8, 10, 0, tzinfo=UTC)
    assert reading.skipped == [Skipped("incidents/1.json", "Database upgrade is maintenance and no incident")]
