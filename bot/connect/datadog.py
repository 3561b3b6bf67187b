"""Datadog: the payload of docs/how-to/connect-anything-by-json.md, put into its webhooks integration.

Variables: docs.datadoghq.com/integrations/webhooks. One that is not set comes empty or as its own `$NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.connect.adapter import Adapter, Delivery, Dropped, Unreadable
from bot.connect.fields import moment, text
from bot.connect.labels import service_in, tags_in
from bot.incidents.alerts import Incoming, IncomingAlert
from bot.text.of_programs import inert_words, short_id, web_address

SENDER = "Datadog"
TEMPLATE = {
    "source": "datadog",
    "alert_id": "$ALERT_ID",
    "alert_cycle_key": "$ALERT_CYCLE_KEY",
    "aggreg_key": "$AGGREG_KEY",
    "transition": "$ALERT_TRANSITION",
    "priority": "$ALERT_PRIORITY",
    "title": "$EVENT_TITLE",
    "tags": "$TAGS",
    "link": "$LINK",
    "date_ms": "$DATE",
}
"""What is to be pasted into the payload; more fields do no harm."""
EXAMPLE = {
    "source": "datadog",
    "alert_id": "148275309",
    "alert_cycle_key": "7716548234011234000",
    "aggreg_key": "9bd4ac313a4d1e8fae2482df7b77628",
    "transition": "Triggered",
    "priority": "P1",
    "title": "[P1] [Triggered] checkout 5xx",
    "tags": "env:prod,monitor,service:checkout",
    "link": "https://app.datadoghq.com/event/event?id=7716548234011234567",
    "date_ms": "1791360060000",
}
FIRING = frozenset({"triggered", "re-triggered", "no data", "re-no data", "renotify"})
WARNING = frozenset({"warn", "re-warn"})
PRIORITIES = {"p1": "critical", "p2": "high", "p3": "medium", "p4": "low", "p5": "info"}
"""What Datadog calls its priorities."""
LONGEST_TITLE = 200
_SIGNS = re.compile(r"^(?:\[[^\[\]]{1,40}\]\s*)+")
_UNSET = re.compile(r"\$[A-Z_]+(?:\[[^\]]*\])?")


def read(delivery: Delivery) -> list[Incoming]:
    """One alert.

    Raises:
        Unreadable: it is not made by the template.
        Dropped: it is no transition of a monitor, but some other event.
    """
    told = {name: _set(value) for name, value in delivery.object().items()}
    if told.get("source") != "datadog" or "transition" not in told:
        raise Unreadable(
            "This is not made by Scribe's template for Datadog: `scribe connect try datadog` shows it."
        )
    transition = told["transition"].casefold()
    is_firing = transition in FIRING | WARNING
    if not is_firing and transition != "recovered":
        raise Dropped(
            f"Dropped: {told['transition'][:50] or 'an event without a transition'} tells of no alert."
        )
    key = told.get("alert_cycle_key") or told.get("aggreg_key") or told.get("alert_id")
    if not key:
        raise Unreadable("There is neither alert_cycle_key nor aggreg_key nor alert_id in it.")
    at, name = moment(told.get("date_ms")), told.get("title", "")
    title = inert_words(_SIGNS.sub("", name) or name or "A monitor without a title", LONGEST_TITLE)
    link = web_address(told.get("link", ""))
    labels = tags_in(told.get("tags", "").split(","))
    alert = IncomingAlert(
        alert_id=short_id(key),
        title=title,
        is_firing=is_firing,
        started_at=at if is_firing else None,
        ended_at=None if is_firing else at,
        severity=_severity(told, is_warning=transition in WARNING),
        link=link,
        service=service_in(labels),
        labels=labels,
    )
    group = told.get("alert_id") or told.get("aggreg_key") or key
    return [Incoming("datadog", SENDER, short_id(group), title, [alert], link)]


def _set(value: object) -> str:
    said = text(value)
    return "" if _UNSET.fullmatch(said) else said


def _severity(told: Mapping[str, Any], *, is_warning: bool) -> str | None:
    if is_warning:
        return "warning"
    tags = (tag.strip().casefold() for tag in str(told.get("tags", "")).split(","))
    named = next((tag.removeprefix("severity:") for tag in tags if tag.startswith("severity:")), "")
    priority = str(told.get("priority", "")).casefold()
    return inert_words(named or PRIORITIES.get(priority, priority), 50) or None


ADAPTER = Adapter(name="datadog", sender=SENDER, read=read, example=EXAMPLE)
