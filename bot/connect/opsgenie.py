"""Opsgenie, and Jira Service Management Operations after it: their outgoing webhook integrations.

Sources: support.atlassian.com/opsgenie, "Opsgenie Edge Connector alert action data", and
support.atlassian.com/jira-service-management-cloud, "Alert action data for Jira Edge Connector": the body is
the same. Neither signs; both send headers that are set in the integration.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from bot.connect.adapter import Adapter, Delivery, Dropped, Unreadable
from bot.connect.fields import moment, table, text
from bot.connect.labels import labels_in, service_in, service_name, tags_in
from bot.incidents.alerts import Incoming, IncomingAlert, IncomingNote
from bot.text.of_programs import inert_words, short_id
from storage.vocabulary import EventKind

STATES = {
    "create": "",
    "acknowledge": "Acknowledged in {tool}{by}",
    "unacknowledge": "No longer acknowledged in {tool}{by}",
    "updatepriority": "Priority in {tool} set to {priority}{by}",
    "close": "",
    "delete": "",
}
"""Actions that tell how an alert stands, with their line on the timeline beside the alert's own."""
DONE = {
    "takeownership": "Taken in {tool}{by}",
    "assignownership": "Given to {owner} in {tool}{by}",
    "escalate": "Escalated in {tool} to {escalated}",
    "addnote": "Note in {tool}{by}: {note}",
}
"""Actions that tell what somebody did, of an alert that may be closed."""
ENDED = frozenset({"close", "delete"})
PRIORITIES = {"1": "critical", "2": "high", "3": "medium", "4": "low", "5": "info"}
"""P1 to P5, which older alerts have as a number."""
LONGEST_TITLE, LONGEST_NAME, LONGEST_NOTE = 200, 100, 1_000
EXAMPLE = {
    "action": "Create",
    "source": {"name": "", "type": "API"},
    "alert": {
        "alertId": "052652ac-5d1c-464a-812a-7dd18bbfba8c",
        "message": "Checkout answers every eighth request with an error",
        "alias": "checkout-5xx",
        "tinyId": "23",
        "entity": "checkout",
        "username": "Alert API",
        "tags": ["env:prod"],
        "createdAt": 1791360060104,
        "updatedAt": 1791360060104000000,
        "priority": "P1",
    },
    "integrationName": "Scribe",
    "integrationType": "Webhook",
}


def read(delivery: Delivery, *, name: str, sender: str) -> list[Incoming]:
    """One alert with what was done about it, or that alone.

    Raises:
        Unreadable: it is no action on an alert.
        Dropped: it is one of which nothing is kept, as tags that were added.
    """
    told = delivery.object()
    action, alert = text(told.get("action")), table(told.get("alert"))
    key, what = text(alert.get("alertId")), action.casefold()
    if not action or not key:
        raise Unreadable(f"This is no action on an alert, as {sender}'s webhook integration sends them.")
    if what not in STATES and what not in DONE:
        raise Dropped(f"Nothing is kept of the action {action[:50]}.")
    title = inert_words(text(alert.get("message")) or "An alert without a message", LONGEST_TITLE)
    at = moment(alert.get("updatedAt"))
    alerts = [_alert(alert, key, title, at, is_firing=what not in ENDED)] if what in STATES else []
    said = _said(what, told, alert, sender)
    notes = []
    if said:
        kind = EventKind.NOTE if what == "addnote" else EventKind.ALERT
        note_id = f"{key}:{what}:{text(alert.get('updatedAt')) or text(told.get('escalationTime'))}"
        notes = [IncomingNote(short_id(note_id), short_id(key), said, kind, at, what == "acknowledge")]
    group = text(alert.get("alias")) or key
    return [Incoming(name, sender, short_id(group), title, alerts, notes=notes)]


def _alert(
    told: Mapping[str, Any], key: str, title: str, at: datetime | None, *, is_firing: bool
) -> IncomingAlert:
    priority = text(told.get("priority")).casefold().removeprefix("p")
    tags, entity = told.get("tags"), text(told.get("entity"))
    tagged = tags_in(map(text, tags)) if isinstance(tags, list) else {}
    labels = labels_in(
        tagged, table(told.get("details")), {"entity": entity, "priority": priority and f"P{priority}"}
    )
    return IncomingAlert(
        alert_id=short_id(key),
        title=title,
        is_firing=is_firing,
        started_at=moment(told.get("createdAt")) or at,
        ended_at=None if is_firing else at,
        severity=PRIORITIES.get(priority),
        service=service_in(labels) or service_name(entity),
        labels=labels,
    )


def _said(what: str, told: Mapping[str, Any], alert: Mapping[str, Any], sender: str) -> str:
    """The action's line on the timeline, as Slack text; empty where the alert's own line says it."""
    by, note = _name(text(alert.get("username"))), inert_words(text(alert.get("note")), LONGEST_NOTE)
    if what == "addnote" and not note:
        return ""
    line = STATES.get(what) or DONE.get(what, "")
    notified = text(table(told.get("escalationNotify")).get("name"))
    return line.format(
        tool=sender,
        by=f" by {by}" if by else "",
        note=note,
        owner=_name(text(alert.get("owner"))) or "somebody",
        priority=inert_words(text(alert.get("priority")), LONGEST_NAME) or "another",
        escalated=_name(notified or text(told.get("escalationName"))) or "the next",
    )


def _name(said: str) -> str:
    """A name as Slack text; of an e-mail address, which most of them are, what stands before the @."""
    return inert_words(said.partition("@")[0], LONGEST_NAME)


def _adapter(name: str, sender: str) -> Adapter:
    return Adapter(name, sender, partial(read, name=name, sender=sender), EXAMPLE)


OPSGENIE = _adapter("opsgenie", "Opsgenie")
JSM = _adapter("jsm", "Jira Service Management")
