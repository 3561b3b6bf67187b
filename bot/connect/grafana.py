"""Grafana Alerting: its webhook contact point with the payload it sends by itself, version 1.

It signs with HMAC where a secret is set: `hex(HMAC-SHA256(secret, time + ":" + body))`
(grafana.com/docs/grafana/latest/alerting, webhook notifier, "HMAC signature").
"""

from __future__ import annotations

from functools import partial

from bot.connect import prometheus
from bot.connect.adapter import Adapter, Check
from bot.connect.verify import SignedCheck, TokenCheck

SENDER = "Grafana"
SIGNATURE, TIME = "x-grafana-alerting-signature", "x-grafana-alerting-timestamp"
"""The first is Grafana's own name for it; the second has none, and is set in the contact point."""
LINKS = ("panelURL", "dashboardURL", "generatorURL")
EXAMPLE = {
    "version": "1",
    "groupKey": '{}/{}:{alertname="High 5xx"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "scribe",
    "orgId": 1,
    "title": "[FIRING:1] High 5xx (checkout critical)",
    "state": "alerting",
    "groupLabels": {"alertname": "High 5xx"},
    "commonLabels": {"alertname": "High 5xx", "service": "checkout", "severity": "critical"},
    "commonAnnotations": {"summary": "5xx above 5%"},
    "externalURL": "https://grafana.example.com/",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "High 5xx", "service": "checkout", "severity": "critical"},
            "annotations": {"summary": "5xx above 5%"},
            "startsAt": "2026-10-07T08:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://grafana.example.com/alerting/grafana/abc123/view?orgId=1",
            "fingerprint": "c6eadffa33fcdf37",
            "dashboardURL": "",
            "panelURL": "",
        }
    ],
}


def check_for(token: str, secret: str) -> Check:
    """By its signature where its secret is set, else by the token of all hooks."""
    return SignedCheck(secret, SIGNATURE, TIME) if secret else TokenCheck(token)


ADAPTER = Adapter(
    name="grafana",
    sender=SENDER,
    read=partial(prometheus.read, source="grafana", sender=SENDER, version="1", links=LINKS),
    example=EXAMPLE,
    check=lambda settings: check_for(settings.hooks_token, settings.grafana_secret),
)
