"""What Alertmanager sends, and Grafana after it: alerts of one group with labels and annotations.

Sources: prometheus.io/docs/alerting/latest/configuration/#webhook_config and, of Grafana's own fields,
grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.connect.adapter import MOST_ALERTS, Delivery, Unreadable
from bot.connect.fields import first, moment, table, tables, text
from bot.connect.labels import labels_in, service_in
from bot.incidents.alerts import Incoming, IncomingAlert
from bot.text.of_programs import inert_words, short_id, web_address

LONGEST_TITLE = 200
SUMMARIES = ("summary", "title", "message", "description")
"""Annotations that say what is wrong, the most fitting first."""
LINKS = ("generatorURL",)
SEVERITIES = ("severity", "priority")


def read(
    delivery: Delivery, *, source: str, sender: str, version: str, links: Sequence[str] = LINKS
) -> list[Incoming]:
    """One group of alerts.

    Raises:
        Unreadable: it is not of this version of the format: somebody changed what is sent.
    """
    told = delivery.object()
    if text(told.get("version")) != version or not isinstance(told.get("alerts"), list):
        raise Unreadable(
            f"This is not what {sender} sends by itself (version {version} with alerts): "
            "take the custom payload out of its webhook."
        )
    alerts = tables(told["alerts"])[:MOST_ALERTS]
    common = table(told.get("commonAnnotations"))
    title = first(common, "summary", "title")
    link = ""
    read_alerts = [_alert(one, links) for one in alerts]
    for one in sorted(alerts, key=lambda alert: text(alert.get("status")) == "resolved"):
        title = title or title_of(one)
        link = link or first(one, *links)
    labels = {**table(told.get("commonLabels")), **table(told.get("groupLabels"))}
    title = title or first(common, *SUMMARIES) or first(labels, "alertname") or f"Alerts from {sender}"
    return [
        Incoming(
            source=source,
            sender=sender,
            group_key=short_id(f"{text(told.get('receiver'))}|{text(told.get('groupKey'))}"),
            title=inert_words(title, LONGEST_TITLE),
            alerts=read_alerts,
            link=web_address(link) or web_address(text(told.get("externalURL"))),
            hidden=_count(told.get("truncatedAlerts")),
        )
    ]


def title_of(alert: Mapping[str, Any]) -> str:
    """What an alert says is wrong, else its name."""
    return first(table(alert.get("annotations")), *SUMMARIES) or first(
        table(alert.get("labels")), "alertname"
    )


def _alert(told: Mapping[str, Any], links: Sequence[str]) -> IncomingAlert:
    labels = table(told.get("labels"))
    fingerprint = text(told.get("fingerprint")) or _digest(labels)
    is_firing = text(told.get("status")) != "resolved"
    plain = labels_in(labels)
    return IncomingAlert(
        # a digest of the labels, the same whenever it fires; its start may change while it does
        alert_id=short_id(fingerprint),
        title=inert_words(title_of(told) or "An alert without a name", LONGEST_TITLE),
        is_firing=is_firing,
        started_at=moment(told.get("startsAt")),
        ended_at=None if is_firing else moment(told.get("endsAt")),
        severity=severity_in(labels),
        link=web_address(first(told, *links)),
        service=service_in(plain),
        labels=plain,
    )


def severity_in(labels: Mapping[str, Any]) -> str | None:
    """The severity in lower case, as the labels name it."""
    return inert_words(first(labels, *SEVERITIES).casefold(), 50) or None


def _digest(labels: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16]


def _count(value: object) -> int:
    return min(max(value, 0), 1_000_000) if isinstance(value, int) else 0
