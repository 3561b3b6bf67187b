"""PagerDuty: webhook subscriptions, version 3.

Sources: developer.pagerduty.com/docs/webhooks (events and their data, signatures). One delivery tells one
event; each incident of PagerDuty's is one alert here, in the group of its key, by which PagerDuty knows the
same trouble again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.connect.adapter import Adapter, Check, Delivery, Dropped, Unreadable
from bot.connect.fields import first, moment, table, tables, text
from bot.connect.labels import labels_in, service_name
from bot.connect.verify import AnySignedCheck, TokenCheck
from bot.incidents.alerts import Incoming, IncomingAlert, IncomingNote
from bot.text.of_programs import inert_words, short_id, web_address
from storage.vocabulary import EventKind

NAME, SENDER = "pagerduty", "PagerDuty"
SIGNATURE = "x-pagerduty-signature"
PREFIX = "incident."
TRIGGERED, RESOLVED, REOPENED, PRIORITY = "triggered", "resolved", "reopened", "priority_updated"
STATES = frozenset(
    {
        TRIGGERED,
        RESOLVED,
        REOPENED,
        PRIORITY,
        "acknowledged",
        "unacknowledged",
        "reassigned",
        "delegated",
        "escalated",
    }
)
"""Events that come with the whole incident."""
WORDS = {"annotated": "content", "status_update_published": "message"}
"""Events that come with somebody's words, and where those stand."""
ANSWERS = frozenset({"responder.added", "responder.replied"})
PRIORITIES = {"p1": "critical", "p2": "high", "p3": "medium", "p4": "low", "p5": "info"}
"""What PagerDuty's own priorities are called here; others keep their name."""
URGENCIES = {"high": "page", "low": "low"}
"""Without a priority: high urgency is what calls somebody, however late it is."""
LONGEST_TITLE, LONGEST_NAME, LONGEST_NOTE = 200, 100, 1_000
EXAMPLE = {
    "event": {
        "id": "01J9X8Q3W4B9ZJX2M0M4K8T3V7",
        "event_type": "incident.triggered",
        "resource_type": "incident",
        "occurred_at": "2026-10-07T08:00:06.169Z",
        "agent": None,
        "client": {"name": "Prometheus"},
        "data": {
            "id": "PGR0VU2",
            "type": "incident",
            "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
            "number": 2,
            "status": "triggered",
            "created_at": "2026-10-07T08:00:05Z",
            "title": "Checkout answers every eighth request with an error",
            "service": {"id": "PF9KMXH", "type": "service_reference", "summary": "Checkout"},
            "assignees": [{"id": "PTUXL6G", "type": "user_reference", "summary": "Ana Ferreira"}],
            "escalation_policy": {"id": "PUS0KTE", "summary": "Default"},
            "teams": [],
            "priority": {"id": "PSO75BM", "type": "priority_reference", "summary": "P1"},
            "urgency": "high",
        },
    }
}


def check_for(token: str, secret: str) -> Check:
    """By its signature where the subscription's secret is set, else by the token of all hooks."""
    return AnySignedCheck(secret, SIGNATURE, "v1=") if secret else TokenCheck(token)


def read(delivery: Delivery) -> list[Incoming]:
    """One alert with what was done about it, or that alone.

    Raises:
        Unreadable: it is no event of PagerDuty's, or of none of its incidents.
        Dropped: it is an event that says nothing of how an incident goes.
    """
    event = table(delivery.object().get("event"))
    kind = text(event.get("event_type"))
    if not kind or not isinstance(event.get("data"), dict):
        raise Unreadable("This is no event of PagerDuty's webhooks, version 3.")
    what, data, at = kind.removeprefix(PREFIX), table(event["data"]), moment(event.get("occurred_at"))
    is_known = what in STATES or what in WORDS or what in ANSWERS
    if not kind.startswith(PREFIX) or not is_known:
        raise Dropped(f"Nothing is kept of the event {kind[:50]}.")
    about = data if what in STATES else table(data.get("incident"))
    key = text(about.get("id"))
    if not key:
        raise Unreadable("There is no id of an incident in it.")
    title = inert_words(first(about, "title", "summary") or "An incident without a title", LONGEST_TITLE)
    alerts = [_alert(data, key, title, what, at)] if what in STATES else []
    said = _said(what, data, _by(event))
    notes = []
    if said:
        note_id = f"{key}:{text(event.get('id')) or kind + text(event.get('occurred_at'))}"
        noted = EventKind.NOTE if what in WORDS else EventKind.ALERT
        is_acknowledgement = what == "acknowledged"
        notes = [IncomingNote(short_id(note_id), short_id(key), said, noted, at, is_acknowledgement)]
    link = web_address(text(about.get("html_url")))
    group = text(about.get("incident_key")) or key
    return [Incoming(NAME, SENDER, short_id(group), title, alerts, link, notes=notes)]


def _alert(
    incident: Mapping[str, Any], key: str, title: str, what: str, at: datetime | None
) -> IncomingAlert:
    is_firing = what != RESOLVED and text(incident.get("status")) != RESOLVED
    began = at if what == REOPENED else moment(incident.get("created_at")) or at
    service = text(table(incident.get("service")).get("summary"))
    priority = text(table(incident.get("priority")).get("summary"))
    teams = ", ".join(_names(incident.get("teams")))
    return IncomingAlert(
        alert_id=short_id(key),
        title=title,
        is_firing=is_firing,
        started_at=began,
        ended_at=None if is_firing else at,
        severity=_severity(priority, text(incident.get("urgency"))),
        link=web_address(text(incident.get("html_url"))),
        service=service_name(service),
        labels=labels_in(
            {"service": service, "priority": priority, "urgency": incident.get("urgency"), "teams": teams}
        ),
    )


def _severity(priority: str, urgency: str) -> str | None:
    named = PRIORITIES.get(priority.casefold(), priority.casefold())
    return inert_words(named or URGENCIES.get(urgency.casefold(), urgency.casefold()), 50) or None


def _said(what: str, data: Mapping[str, Any], by: str) -> str:
    """The event's line on the timeline, as Slack text; empty where the alert's own line says it."""
    if what in WORDS:
        words = inert_words(text(data.get(WORDS[what])), LONGEST_NOTE)
        named = "Note" if what == "annotated" else "Status update"
        return f"{named} in {SENDER}{by}: {words}" if words else ""
    if what in ANSWERS:
        who = text(table(data.get("user")).get("summary"))
        who = who or text(table(data.get("escalation_policy")).get("summary"))
        if not who:
            return ""
        name, answer = inert_words(who, LONGEST_NAME), text(data.get("state"))
        if what == "responder.added" or answer not in ("accepted", "declined"):
            return f"{name} was asked to respond in {SENDER}{by}"
        return f"{name} {answer} to respond in {SENDER}"
    to = inert_words(", ".join(_names(data.get("assignees"))), LONGEST_NOTE)
    match what:
        case "acknowledged":
            return f"Acknowledged in {SENDER}{by}"
        case "unacknowledged":
            return f"No longer acknowledged in {SENDER}{by}"
        case "reassigned":
            return f"Reassigned in {SENDER}{f' to {to}' if to else ''}{by}"
        case "escalated":
            return f"Escalated in {SENDER}{f' to {to}' if to else ''}{by}"
        case "delegated":
            policy = inert_words(text(table(data.get("escalation_policy")).get("summary")), LONGEST_NAME)
            return f"Given to {policy or 'another escalation policy'} in {SENDER}{by}"
        case "priority_updated":
            named = inert_words(text(table(data.get("priority")).get("summary")), LONGEST_NAME)
            return f"Priority in {SENDER} {f'set to {named}' if named else 'taken away'}{by}"
        case "reopened":
            return f"Reopened in {SENDER}{by}"
    return ""


def _by(event: Mapping[str, Any]) -> str:
    name = text(table(event.get("agent")).get("summary"))
    return f" by {inert_words(name, LONGEST_NAME)}" if name else ""


def _names(told: object) -> list[str]:
    return [name for one in tables(told) if (name := text(one.get("summary")))]


ADAPTER = Adapter(
    name=NAME,
    sender=SENDER,
    read=read,
    example=EXAMPLE,
    check=lambda settings: check_for(settings.hooks_token, settings.pagerduty_hook_secret),
)
