"""What PagerDuty's webhooks tell, as it documents them, and what Scribe makes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.connect.adapter import Delivery, Dropped, Unreadable
from bot.connect.pagerduty import ADAPTER, EXAMPLE, check_for, read
from bot.connect.verify import Verdict
from bot.incidents.alerts import Incoming, IncomingAlert
from storage.vocabulary import EventKind

EXAMPLES = Path(__file__).parent / "examples"
BEGAN = datetime(2026, 10, 7, 8, 0, 5, tzinfo=UTC)
SAID_AT = datetime(2026, 10, 7, 8, 0, 6, 169_000, UTC)


def told(name: str, kind: str = "", **changes: Any) -> Incoming:
    """What a documented event tells, as another kind of it and with some of its data changed."""
    body = json.loads((EXAMPLES / f"pagerduty-{name}.json").read_text("utf-8"))["body"]
    event = body["event"]
    event["event_type"] = kind or event["event_type"]
    event["data"] = {**event["data"], **changes}
    (incoming,) = read(Delivery({}, json.dumps(body).encode()))
    return incoming


def alert(incoming: Incoming) -> IncomingAlert:
    (one,) = incoming.alerts
    return one


def said(incoming: Incoming) -> str:
    (note,) = incoming.notes
    return note.text


def test_a_triggered_incident_is_an_alert_of_its_own_group() -> None:
    incoming = told("triggered")
    one = alert(incoming)

    assert incoming.group_key == "d3640fbd41094207a1c11e58e46b1662"
    assert incoming.title == "checkout: 5xx ratio above 5%"
    assert (one.alert_id, one.is_firing, one.started_at) == ("PGR0VU2", True, BEGAN)
    assert (one.severity, one.service) == ("critical", "checkout")
    assert one.link == "https://example.pagerduty.com/incidents/PGR0VU2"
    assert one.labels == {"service": "Checkout", "priority": "P1", "urgency": "high"}
    assert not incoming.notes


def test_a_resolved_one_has_ended_when_it_was_resolved() -> None:
    one = alert(told("resolved"))

    assert (one.is_firing, one.ended_at) == (False, SAID_AT)


def test_a_reopened_one_begins_again() -> None:
    incoming = told("triggered", "incident.reopened")

    assert (alert(incoming).is_firing, alert(incoming).started_at) == (True, SAID_AT)
    assert said(incoming) == "Reopened in PagerDuty"


@pytest.mark.parametrize(
    ("priority", "urgency", "severity"),
    [
        ({"summary": "P1"}, "low", "critical"),
        ({"summary": "P3"}, "high", "medium"),
        ({"summary": "SEV-2"}, "high", "sev-2"),
        (None, "high", "page"),
        (None, "low", "low"),
    ],
)
def test_the_priority_is_the_severity_else_the_urgency(priority: object, urgency: str, severity: str) -> None:
    assert alert(told("triggered", priority=priority, urgency=urgency)).severity == severity


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("acknowledged", "Acknowledged in PagerDuty by On-call Engineer"),
        ("unacknowledged", "No longer acknowledged in PagerDuty by On-call Engineer"),
        ("reassigned", "Reassigned in PagerDuty to On-call Engineer by On-call Engineer"),
        ("escalated", "Escalated in PagerDuty to On-call Engineer by On-call Engineer"),
        ("delegated", "Given to Default in PagerDuty by On-call Engineer"),
        ("priority_updated", "Priority in PagerDuty set to P1 by On-call Engineer"),
    ],
)
def test_what_is_done_about_it_is_a_line_beside_the_alert(kind: str, line: str) -> None:
    incoming = told("acknowledged", f"incident.{kind}")
    (note,) = incoming.notes

    assert alert(incoming).is_firing
    assert (note.text, note.kind, note.at) == (line, EventKind.ALERT, SAID_AT)
    assert note.note_id == "PGR0VU2:5ac64822-4adc-4fda-ade0-410becf0de4f"
    assert note.is_acknowledgement is (kind == "acknowledged")


def test_a_note_tells_of_no_alert() -> None:
    incoming = told("annotated")
    (note,) = incoming.notes

    assert incoming.alerts == []
    assert note.alert_id == incoming.group_key == "PGR0VU2"
    assert note.text == "Note in PagerDuty by On-call Engineer: Rolled back checkout to 4.2.1"
    assert note.kind is EventKind.NOTE


def test_updates_and_responders_are_lines_too() -> None:
    update = told("annotated", "incident.status_update_published", message="We are on it")
    asked = told("annotated", "incident.responder.added", user={"summary": "Maeve"}, state="pending")
    took = told("annotated", "incident.responder.replied", user={"summary": "Maeve"}, state="accepted")

    assert said(update) == "Status update in PagerDuty by On-call Engineer: We are on it"
    assert said(asked) == "Maeve was asked to respond in PagerDuty by On-call Engineer"
    assert said(took) == "Maeve accepted to respond in PagerDuty"


def test_names_and_notes_call_nobody() -> None:
    incoming = told("annotated", content="<!channel> *look* <@U0123456>\n&amp; `rm`")

    assert "<!" not in said(incoming) and "<@" not in said(incoming)
    assert "\n" not in said(incoming) and "`" not in said(incoming)


@pytest.mark.parametrize("kind", ["service.updated", "pagey.ping", "incident.conference_bridge.updated"])
def test_other_events_are_dropped(kind: str) -> None:
    with pytest.raises(Dropped, match=kind):
        told("triggered", kind)


@pytest.mark.parametrize("body", [{"event": {}}, {"event": {"event_type": "incident.triggered", "data": {}}}])
def test_what_is_no_event_is_refused(body: object) -> None:
    with pytest.raises(Unreadable):
        read(Delivery({}, json.dumps(body).encode()))


KNOWN = next(
    one
    for one in json.loads((EXAMPLES / "sender-signatures.json").read_text("utf-8"))["vectors"]
    if one["provider"] == "pagerduty"
)
HEADERS = {name.lower(): value for name, value in KNOWN["headers"].items()}
BODY = KNOWN["raw_body"].encode()


@pytest.mark.parametrize("secret", [KNOWN["secret"], KNOWN["old_secret"]])
def test_any_of_its_signatures_is_enough_while_the_secret_is_changed(secret: str) -> None:
    check = check_for("", secret)

    assert check(HEADERS, None, 0) is Verdict.BODY_NEEDED
    assert check(HEADERS, BODY, 0) is Verdict.OURS
    assert check(HEADERS, BODY + b" ", 0) is Verdict.NOT_OURS


@pytest.mark.parametrize(
    "given",
    ["", "v1=", "v1=,v1=", "v0=abc", "v1=abc,v1=\udcff", HEADERS["x-pagerduty-signature"].replace("v1=", "")],
)
def test_anything_else_is_nobodys(given: str) -> None:
    check = check_for("a-token-that-is-long", KNOWN["secret"])
    verdicts = {check({"x-pagerduty-signature": given}, body, 0) for body in (None, BODY)}

    assert Verdict.OURS not in verdicts
    assert check({"authorization": "Bearer a-token-that-is-long"}, BODY, 0) is Verdict.NOT_OURS


def test_without_a_secret_the_token_stands_for_it() -> None:
    assert (
        check_for("a-token-that-is-long", "")({"authorization": "Bearer a-token-that-is-long"}, None, 0)
        is Verdict.OURS
    )


def test_its_example_is_an_event_as_documented() -> None:
    assert alert(ADAPTER.read(Delivery({}, json.dumps(EXAMPLE).encode()))[0]).severity == "critical"  # type: ignore[index]
