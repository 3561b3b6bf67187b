"""Sentry: the webhook of an internal integration, with its issue alerts, metric alerts and issues.

Sources: docs.sentry.io/integrations/integration-platform/webhooks, and its pages on issue alerts, metric
alerts and issues. It signs the body alone: the header with its time is not signed, so it is no window within
which a delivery is good.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.connect.adapter import Adapter, Check, Delivery, Dropped, Unreadable
from bot.connect.fields import first, moment, table, text
from bot.connect.labels import labels_in, service_in, service_name
from bot.connect.verify import BodySignedCheck, TokenCheck
from bot.incidents.alerts import Incoming, IncomingAlert, IncomingNote
from bot.text.of_programs import inert_words, short_id, web_address

NAME, SENDER = "sentry", "Sentry"
SIGNATURE, RESOURCE, TIME = "sentry-hook-signature", "sentry-hook-resource", "sentry-hook-timestamp"
ISSUE_ALERT, METRIC_ALERT, ISSUE = "event_alert", "metric_alert", "issue"
HOLDING = {ISSUE_ALERT: "event", METRIC_ALERT: "metric_alert", ISSUE: "issue"}
"""What a resource's data is held in."""
LEVELS = {"fatal": "critical"}
"""Levels of events that are called otherwise here."""
METRIC_STATES = frozenset({"critical", "warning", "resolved"})
ENDS = frozenset({"resolved", "archived", "ignored"})
LONGEST_TITLE, LONGEST_NAME = 200, 100
_STATE = re.compile(r"^(?:Critical|Warning|Resolved):\s+")
_PROJECT = re.compile(r"/projects/[^/]+/([^/]+)/")
EXAMPLE = {
    "action": "triggered",
    "actor": {"type": "application", "id": "sentry", "name": "Sentry"},
    "data": {
        "event": {
            "event_id": "e4874d664c3540c1a32eab185f12c5ab",
            "issue_id": "1117540176",
            "web_url": "https://acme.sentry.io/issues/1117540176/events/e4874d664c3540c1a32eab185f12c5ab/",
            "url": "https://sentry.io/api/0/projects/acme/checkout/events/e4874d664c3540c1a32eab185f12c5ab/",
            "title": "TimeoutError: payment gateway",
            "level": "fatal",
            "datetime": "2026-10-07T08:01:17.677000Z",
            "tags": [["level", "fatal"], ["environment", "production"]],
        },
        "triggered_rule": "Checkout errors spike",
    },
    "installation": {"uuid": "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},
}


def check_for(token: str, secret: str) -> Check:
    """By its signature where the integration's client secret is set, else by the token of all hooks."""
    return BodySignedCheck(secret, SIGNATURE) if secret else TokenCheck(token)


def read(delivery: Delivery) -> list[Incoming]:
    """One alert, or what was done about its issue.

    Raises:
        Unreadable: it is of one of these kinds and lacks what each has.
        Dropped: of anything else.
    """
    told = delivery.object()
    data, action = table(told.get("data")), text(told.get("action"))
    resource = delivery.headers.get(RESOURCE) or next(
        (name for name, held in HOLDING.items() if held in data), ""
    )
    about, at = table(data.get(HOLDING.get(resource, ""))), moment(delivery.headers.get(TIME))
    match resource:
        case "event_alert":
            return [_of_event(about, text(data.get("triggered_rule")), at)]
        case "metric_alert" if action in METRIC_STATES:
            return [_of_metric(data, about, action, at)]
        case "issue" if action in ENDS or action == "assigned":
            return [_of_issue(told, about, action, at)]
    if not resource and not action:
        raise Unreadable("This is nothing that an internal integration of Sentry's sends.")
    raise Dropped(f"Nothing is kept of {resource[:50] or '?'} {action[:50] or '?'}.")


def _of_event(event: Mapping[str, Any], rule: str, at: datetime | None) -> Incoming:
    key = _id(event, "issue_id")
    title = _title(first(event, "title", "culprit"))
    told = event.get("tags")
    pairs = (
        [pair for pair in told if isinstance(pair, list) and len(pair) == 2] if isinstance(told, list) else []
    )
    tags = labels_in({text(name): value for name, value in pairs})
    project = _PROJECT.search(text(event.get("url")))
    named = project[1] if project else ""
    labels = labels_in(tags, {"rule": rule, "project": named})
    level = (tags.get("severity") or text(event.get("level"))).casefold()
    link = web_address(text(event.get("web_url")))
    alert = IncomingAlert(
        alert_id=key,
        title=title,
        is_firing=True,
        started_at=moment(event.get("datetime")) or at,
        severity=inert_words(LEVELS.get(level, level), 50) or None,
        link=link,
        service=service_in(labels) or service_name(named),
        labels=labels,
        is_moment=True,
    )
    return Incoming(NAME, SENDER, key, title, [alert], link)


def _of_metric(
    data: Mapping[str, Any], metric: Mapping[str, Any], action: str, at: datetime | None
) -> Incoming:
    rule = table(metric.get("alert_rule"))
    title = _title(_STATE.sub("", first(data, "description_title") or first(metric, "title")))
    is_firing = action != "resolved"
    ended = None if is_firing else moment(metric.get("date_closed")) or at
    projects = metric.get("projects")
    named = ", ".join(map(text, projects)) if isinstance(projects, list) else ""
    labels = labels_in({"rule": text(rule.get("name")), "project": named, "query": rule.get("query")})
    link = web_address(text(data.get("web_url")))
    alert = IncomingAlert(
        alert_id=short_id(f"metric:{_id(metric, 'id')}"),
        title=title,
        is_firing=is_firing,
        started_at=moment(metric.get("date_started")) or moment(metric.get("date_detected")) or at,
        ended_at=ended,
        severity=action if is_firing else None,
        link=link,
        service=service_name(named) if named and "," not in named else None,
        labels=labels,
    )
    group = f"rule:{text(rule.get('id')) or _id(metric, 'id')}"
    return Incoming(NAME, SENDER, short_id(group), title, [alert], link)


def _of_issue(
    told: Mapping[str, Any], issue: Mapping[str, Any], action: str, at: datetime | None
) -> Incoming:
    key, title = _id(issue, "id"), _title(first(issue, "title", "culprit"))
    link = web_address(first(issue, "web_url", "permalink"))
    if action in ENDS:
        alert = IncomingAlert(key, title, is_firing=False, ended_at=at, link=link)
        return Incoming(NAME, SENDER, key, title, [alert], link)
    assigned = table(issue.get("assignedTo"))
    to = inert_words(first(assigned, "name"), LONGEST_NAME) or "somebody"
    actor = table(told.get("actor"))
    by = inert_words(text(actor.get("name")), LONGEST_NAME) if text(actor.get("type")) == "user" else ""
    said = f"Assigned in {SENDER} to {to}{f' by {by}' if by else ''}"
    note = IncomingNote(short_id(f"{key}:assigned:{_digest(told)}"), key, said, at=at)
    return Incoming(NAME, SENDER, key, title, [], link, notes=[note])


def _digest(told: Mapping[str, Any]) -> str:
    """What a delivery says, in short: sent again it says the same, while its header has another time."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _id(told: Mapping[str, Any], name: str) -> str:
    key = text(told.get(name))
    if not key:
        raise Unreadable(f"There is no {name} in it.")
    return short_id(key)


def _title(said: str) -> str:
    return inert_words(said or "An issue without a title", LONGEST_TITLE)


ADAPTER = Adapter(
    name=NAME,
    sender=SENDER,
    read=read,
    example=EXAMPLE,
    check=lambda settings: check_for(settings.hooks_token, settings.sentry_hook_secret),
)
