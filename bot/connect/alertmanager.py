"""Alertmanager: the webhook that it sends by itself, version 4."""

from __future__ import annotations

from functools import partial

from bot.connect import prometheus
from bot.connect.adapter import Adapter

SENDER = "Alertmanager"
EXAMPLE = {
    "version": "4",
    "groupKey": '{}:{alertname="HighErrorRate", service="checkout"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "scribe",
    "groupLabels": {"alertname": "HighErrorRate", "service": "checkout"},
    "commonLabels": {"alertname": "HighErrorRate", "service": "checkout", "severity": "critical"},
    "commonAnnotations": {"summary": "Checkout answers every eighth request with an error"},
    "externalURL": "http://alertmanager.example.com:9093",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "HighErrorRate", "service": "checkout", "severity": "critical"},
            "annotations": {"summary": "Checkout answers every eighth request with an error"},
            "startsAt": "2026-11-28T14:50:25.895Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example.com:9090/graph?g0.expr=job%3Aerror_ratio%3E0.05",
            "fingerprint": "015f6e4f4757ebb2",
        }
    ],
}

ADAPTER = Adapter(
    name="alertmanager",
    sender=SENDER,
    read=partial(prometheus.read, source="alertmanager", sender=SENDER, version="4"),
    example=EXAMPLE,
)
