"""What is done about an alert in its own tool stands on the timeline of the incident it feeds, once."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.postmortem.suggest_milestone import suggested
from storage import incidents
from storage.vocabulary import MilestoneKind
from tests.e2e.alerts import Alerted, listening
from tests.e2e.conftest import World

pytestmark = pytest.mark.on_each_database
SECRET = "what-pagerduty-signs-with"


@pytest.fixture
async def paged(world: World, database_url: str) -> AsyncIterator[Alerted]:
    await listening(world, database_url, pagerduty_hook_secret=SECRET)
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


async def tell(paged: Alerted, kind: str, number: int, secret: str = SECRET, **data: Any) -> int:
    """Send an event as PagerDuty signs it; the status that is answered."""
    incident = {
        "id": "PGR0VU2",
        "type": "incident",
        "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
        "status": "resolved" if kind == "resolved" else "triggered",
        "created_at": "2023-09-10T14:05:00Z",
        "title": "Checkout fails",
        "urgency": "low",
        **data,
    }
    event = {
        "id": f"event-{number}",
        "event_type": f"incident.{kind}",
        "occurred_at": f"2023-09-10T14:0{number}:00Z",
        "agent": {"id": "P1", "type": "user_reference", "summary": "Ana <!here>"},
        "data": {"id": "N1", "type": "incident_note", **data} if "incident" in data else incident,
    }
    body = json.dumps({"event": event}).encode()
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    named = {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={mac}"}
    async with paged.http.post(f"{paged.url}hooks/pagerduty", data=body, headers=named) as answer:
        await answer.read()
        return answer.status


async def test_who_acknowledged_it_and_what_was_noted_is_on_the_timeline_once(paged: Alerted) -> None:
    about = {"incident": {"id": "PGR0VU2", "summary": "Checkout fails"}}
    assert await tell(paged, "triggered", 5, urgency="high") == 200
    for _ in range(2):
        assert await tell(paged, "acknowledged", 6, urgency="high") == 200
        assert await tell(paged, "annotated", 7, content="Rolled back", **about) == 200
    assert await tell(paged, "resolved", 8, urgency="high") == 200
    await paged.world.settled()

    assert await paged.incidents() == [(1, "Checkout fails")]
    first, *others = await paged.lines()
    assert first.startswith("1 alert from PagerDuty: Checkout fails (<https://acme.pagerduty.com/")
    assert others == [
        "Acknowledged in PagerDuty by Ana &lt;!here&gt;",
        "Note in PagerDuty by Ana &lt;!here&gt;: Rolled back",
        "The alert from PagerDuty resolved: Checkout fails",
    ]
    kinds = await paged.rows("SELECT kind, source FROM timeline_event ORDER BY number")
    assert [tuple(one) for one in kinds] == [
        ("alert", "hook"),
        ("alert", "hook"),
        ("note", "hook"),
        ("alert", "hook"),
    ]


async def test_a_note_about_what_feeds_no_incident_is_kept_nowhere(paged: Alerted) -> None:
    about = {"incident": {"id": "PGR0VU2", "summary": "Checkout fails"}}
    assert await tell(paged, "annotated", 5, content="Looks odd", **about) == 200
    assert await tell(paged, "triggered", 6) == 200
    assert await tell(paged, "annotated", 7, content="Still odd", **about) == 200

    assert await paged.incidents() == []
    assert await paged.rows("SELECT * FROM alert_note") == []


async def test_a_priority_that_is_raised_declares(paged: Alerted) -> None:
    await tell(paged, "triggered", 5)
    before = await paged.incidents()
    for _ in range(2):
        await tell(paged, "priority_updated", 6, priority={"summary": "P1"})
    await paged.world.settled()

    assert before == []
    assert await paged.incidents() == [(1, "Checkout fails")]
    first, *others = await paged.lines()
    assert first.startswith("1 alert from PagerDuty: Checkout fails")
    assert others == ["Priority in PagerDuty set to P1 by Ana &lt;!here&gt;"]


async def test_a_reopened_one_fires_again_in_the_open_incident(paged: Alerted) -> None:
    await tell(paged, "triggered", 5, urgency="high")
    await tell(paged, "resolved", 6, urgency="high")
    await tell(paged, "reopened", 7, urgency="high")
    await paged.world.settled()

    assert len(await paged.incidents()) == 1
    assert [line.partition(":")[0] for line in await paged.lines()] == [
        "1 alert from PagerDuty",
        "The alert from PagerDuty resolved",
        "1 alert from PagerDuty",
        "Reopened in PagerDuty by Ana &lt;!here&gt;",
    ]


async def test_another_signature_is_not_let_in(paged: Alerted) -> None:
    assert await tell(paged, "triggered", 5, secret="somebody-elses-secret") == 401


def issue_alert(at: str) -> dict[str, Any]:
    """An issue alert as Sentry tells it."""
    event = {"issue_id": "1117", "title": "TimeoutError", "level": "fatal", "datetime": at}
    return {"action": "triggered", "data": {"event": event, "triggered_rule": "spike"}}


async def test_an_issue_that_nobody_resolves_declares_again_after_its_incident(paged: Alerted) -> None:
    for at in ("2023-09-10T14:05:00Z", "2023-09-10T14:06:00Z"):
        assert await paged.tell(issue_alert(at), "sentry") == 200
    await paged.world.settled()
    during = await paged.incidents()
    await paged.world.command(paged.world.ana, "/resolve INC-1 rolled back")
    await paged.world.settled()
    for at in ("2023-09-10T14:06:00Z", "2023-09-10T14:07:00Z"):  # repeated, and late
        assert await paged.tell(issue_alert(at), "sentry") == 200
    await paged.world.settled()
    assert await paged.incidents() == during
    for at in ("2023-09-10T14:30:00Z", "2023-09-10T14:30:00Z"):
        assert await paged.tell(issue_alert(at), "sentry") == 200
    await paged.world.settled()

    assert during == [(1, "TimeoutError")]
    assert await paged.incidents() == [(1, "TimeoutError"), (2, "TimeoutError")]


async def test_the_first_acknowledgement_is_suggested_as_the_incidents(paged: Alerted) -> None:
    await tell(paged, "triggered", 5, urgency="high")
    for number in (8, 7, 6):
        await tell(paged, "acknowledged" if number > 6 else "reassigned", number, urgency="high")
    await paged.world.settled()
    scribe = paged.running.scribe
    async with scribe.database.read() as session:
        incident = await incidents.by_number(session, paged.world.workspace.team_id, 1)

    assert incident is not None
    found = [one for one in await suggested(scribe, incident) if one.kind == MilestoneKind.ACKNOWLEDGED]
    assert [(one.at, one.because) for one in found] == [
        (datetime(2023, 9, 10, 14, 7, tzinfo=UTC), "the acknowledgement of its alert")
    ]
