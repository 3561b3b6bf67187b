"""What the webhook integrations of Opsgenie and Jira Service Management tell, as Atlassian documents it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.connect.adapter import Delivery, Dropped, Unreadable
from bot.connect.opsgenie import JSM, OPSGENIE
from bot.incidents.alerts import Incoming
from storage.vocabulary import EventKind

EXAMPLES = Path(__file__).parent / "examples"
BODY = json.loads((EXAMPLES / "opsgenie-create.json").read_text("utf-8"))["body"]
BEGAN = datetime(2026, 10, 7, 8, 1, 0, 104_000, UTC)


def told(action: str = "Create", top: dict[str, Any] | None = None, **changes: Any) -> Incoming:
    """What the documented alert tells under an action, some of its fields changed."""
    body = {**BODY, **(top or {}), "action": action, "alert": {**BODY["alert"], **changes}}
    found = OPSGENIE.read(Delivery({}, json.dumps(body).encode()))
    assert isinstance(found, list)
    return found[0]


def test_a_created_alert_fires_in_the_group_of_its_alias() -> None:
    incoming = told()
    (alert,) = incoming.alerts

    assert (incoming.group_key, incoming.title) == ("checkout-5xx", "checkout 5xx")
    assert (alert.alert_id, alert.is_firing) == ("052652ac-5d1c-464a-812a-7dd18bbfba8c", True)
    assert (alert.severity, alert.started_at) == ("critical", BEGAN)
    assert alert.labels == {"prod": "true", "entity": "checkout", "priority": "P1"}
    assert alert.service == "checkout"
    assert not incoming.notes


@pytest.mark.parametrize("action", ["Close", "Delete"])
def test_a_closed_one_has_ended_when_it_was_closed(action: str) -> None:
    (alert,) = told(action, updatedAt=1791360120104000000).alerts

    assert (alert.is_firing, alert.ended_at) == (False, datetime(2026, 10, 7, 8, 2, 0, 104_000, UTC))


@pytest.mark.parametrize(
    ("priority", "severity"), [("P1", "critical"), ("P2", "high"), (3, "medium"), ("", None), ("P9", None)]
)
def test_priorities_are_severities(priority: object, severity: str | None) -> None:
    assert told(priority=priority).alerts[0].severity == severity


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ("Acknowledge", "Acknowledged in Opsgenie by ana.ferreira"),
        ("UnAcknowledge", "No longer acknowledged in Opsgenie by ana.ferreira"),
        ("TakeOwnership", "Taken in Opsgenie by ana.ferreira"),
        ("AssignOwnership", "Given to ben in Opsgenie by ana.ferreira"),
        ("UpdatePriority", "Priority in Opsgenie set to P1 by ana.ferreira"),
    ],
)
def test_what_is_done_about_it_is_a_line_with_names_and_without_addresses(action: str, line: str) -> None:
    incoming = told(action, username="ana.ferreira@example.com", owner="ben@example.com")
    (note,) = incoming.notes

    assert (note.text, note.kind, note.at) == (line, EventKind.ALERT, BEGAN)
    assert note.note_id.startswith(f"052652ac-5d1c-464a-812a-7dd18bbfba8c:{action.casefold()}:")


def test_an_escalation_names_the_alert_alone() -> None:
    body = {
        "action": "Escalate",
        "alert": {"alertId": "7ba9"},
        "escalationNotify": {"name": "ben@example.com", "type": "default", "entity": "user"},
        "escalationName": "checkout_esc",
        "escalationTime": 5,
    }
    (incoming,) = OPSGENIE.read(Delivery({}, json.dumps(body).encode()))  # type: ignore[misc]

    assert not incoming.alerts
    assert [note.text for note in incoming.notes] == ["Escalated in Opsgenie to ben"]
    assert incoming.notes[0].alert_id == "7ba9"


def test_a_note_stands_as_it_was_written_and_calls_nobody() -> None:
    (note,) = told("AddNote", username="Ana", note="<!channel> rolled *back*\nnow").notes

    assert note.text.startswith("Note in Opsgenie by Ana: ")
    assert "<!" not in note.text and "\n" not in note.text
    assert note.kind is EventKind.NOTE
    assert not told("AddNote", note="").notes


@pytest.mark.parametrize("action", ["AddTags", "RemoveTags", "AddTeam", "AddRecipient", "TestAction"])
def test_other_actions_are_dropped(action: str) -> None:
    with pytest.raises(Dropped, match=action):
        told(action)


def test_an_action_on_no_alert_is_refused() -> None:
    with pytest.raises(Unreadable):
        told(alertId="")


def test_jira_service_management_tells_the_same_under_its_own_name() -> None:
    body = {**BODY, "action": "Acknowledge"}
    (incoming,) = JSM.read(Delivery({}, json.dumps(body).encode()))  # type: ignore[misc]

    assert (incoming.source, incoming.sender) == ("jsm", "Jira Service Management")
    assert incoming.notes[0].text == "Acknowledged in Jira Service Management by System"
