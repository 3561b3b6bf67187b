"""What an internal integration of Sentry's tells, as Sentry documents it, and what Scribe makes of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.connect.adapter import Delivery, Dropped, Unreadable
from bot.connect.sentry import check_for, read
from bot.connect.verify import Verdict
from bot.incidents.alerts import Incoming, IncomingAlert

EXAMPLES = Path(__file__).parent / "examples"


def delivery(name: str, *, holding: str, action: str | None = None, **changes: Any) -> Delivery:
    """A documented delivery, some of what it is about changed."""
    example = json.loads((EXAMPLES / f"sentry-{name}.json").read_text("utf-8"))
    body = example["body"]
    body["action"] = action or body["action"]
    body["data"][holding] = {**body["data"][holding], **changes}
    return Delivery({key.lower(): one for key, one in example["headers"].items()}, json.dumps(body).encode())


def of_event(**changes: Any) -> Incoming:
    return read(delivery("event-alert", holding="event", **changes))[0]


def of_metric(action: str | None = None, **changes: Any) -> Incoming:
    return read(delivery("metric-alert", holding="metric_alert", action=action, **changes))[0]


def of_issue(action: str | None = None, **changes: Any) -> Incoming:
    return read(delivery("issue", holding="issue", action=action, **changes))[0]


def alert(incoming: Incoming) -> IncomingAlert:
    (one,) = incoming.alerts
    return one


def test_an_issue_alert_is_its_issue_however_often_it_is_told() -> None:
    incoming = of_event()
    one = alert(incoming)

    assert incoming.group_key == one.alert_id == "1117540176"
    assert (incoming.title, one.is_firing, one.is_moment) == ("TimeoutError: payment gateway", True, True)
    assert one.started_at == datetime(2026, 10, 7, 8, 1, 17, 677_000, UTC)
    assert (one.severity, one.service) == ("error", "checkout")
    assert one.labels["environment"] == "production" and one.labels["rule"] == "Checkout errors spike"
    assert one.link and one.link.endswith("/events/e4874d664c3540c1a32eab185f12c5ab/")


@pytest.mark.parametrize(
    ("level", "tags", "severity"),
    [
        ("fatal", [], "critical"),
        ("warning", [["level", "warning"]], "warning"),
        ("error", [["severity", "Page"], ["service", "Shop"]], "page"),
        ("error", "none", "error"),
        ("", [["severity"], "severity", 7], None),
    ],
)
def test_the_tag_is_the_severity_else_the_level(level: str, tags: Any, severity: str | None) -> None:
    assert alert(of_event(level=level, tags=tags)).severity == severity


def test_a_metric_alert_fires_in_the_group_of_its_rule_and_ends() -> None:
    firing, warned = of_metric(), of_metric("warning")
    resolved = of_metric("resolved", date_closed="2026-10-07T08:11:00Z")

    assert (firing.group_key, firing.title) == ("rule:7", "Too many errors")
    assert alert(firing).alert_id == alert(resolved).alert_id == "metric:4"
    assert (alert(firing).severity, alert(warned).severity) == ("critical", "warning")
    assert alert(firing).started_at == datetime(2026, 10, 7, 8, 1, tzinfo=UTC)
    assert (alert(firing).service, alert(firing).is_moment) == ("checkout", False)
    assert not alert(resolved).is_firing
    assert alert(resolved).ended_at == datetime(2026, 10, 7, 8, 11, tzinfo=UTC)


@pytest.mark.parametrize("action", ["resolved", "archived", "ignored"])
def test_an_issue_that_is_done_with_has_ended(action: str) -> None:
    incoming = of_issue(action)

    assert alert(incoming).alert_id == alert(of_event()).alert_id
    assert not alert(incoming).is_firing
    assert alert(incoming).ended_at == datetime.fromtimestamp(1791360178, UTC)


def test_who_got_an_issue_is_a_line_with_names_alone() -> None:
    (note,) = of_issue("assigned").notes
    (unsaid,) = of_issue("assigned", assignedTo=None).notes

    assert note.text == "Assigned in Sentry to Ben Okafor by Ana Ferreira"
    assert unsaid.text == "Assigned in Sentry to somebody by Ana Ferreira"
    assert note.note_id != unsaid.note_id


def test_who_got_an_issue_is_told_again_as_the_same_and_with_another_time() -> None:
    once = delivery("issue", holding="issue", action="assigned")
    again = replace(once, headers={**once.headers, "sentry-hook-timestamp": "1791360999"})
    to_ana = {"assignedTo": {"type": "user", "id": "7", "name": "Ana Ferreira"}}

    ids = {read(one)[0].notes[0].note_id for one in (once, again)}

    assert len(ids) == 1
    assert of_issue("assigned", **to_ana).notes[0].note_id not in ids


@pytest.mark.parametrize("action", ["created", "unresolved"])
def test_other_news_of_an_issue_are_dropped(action: str) -> None:
    with pytest.raises(Dropped, match=action):
        of_issue(action)


def test_other_resources_are_dropped_and_nothing_of_sentrys_is_refused() -> None:
    with pytest.raises(Dropped, match="installation created"):
        read(Delivery({"sentry-hook-resource": "installation"}, b'{"action": "created"}'))
    with pytest.raises(Unreadable):
        read(Delivery({}, b"{}"))
    with pytest.raises(Unreadable, match="issue_id"):
        of_event(issue_id="")


KNOWN = next(
    one
    for one in json.loads((EXAMPLES / "sender-signatures.json").read_text("utf-8"))["vectors"]
    if one["provider"] == "sentry"
)


def test_its_signature_is_known() -> None:
    check = check_for("", KNOWN["secret"])
    headers = {name.lower(): value for name, value in KNOWN["headers"].items()}
    body = KNOWN["raw_body"].encode()

    assert check(headers, None, 0) is Verdict.BODY_NEEDED
    assert check(headers, body, 0) is Verdict.OURS
    assert check(headers, body.replace(b": ", b":"), 0) is Verdict.NOT_OURS
    assert check({}, body, 0) is Verdict.NOT_OURS
    assert check_for("", KNOWN["secret"] + "x")(headers, body, 0) is Verdict.NOT_OURS
