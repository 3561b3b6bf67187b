"""CloudEvents 1.0 over HTTP: structured, binary and batched, with the data of an alert.

github.com/cloudevents/spec, HTTP protocol binding: `application/cloudevents+json` is structured,
`application/cloudevents-batch+json` a batch, anything else binary, with the attributes in `ce-` headers,
percent-encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from bot.connect.adapter import Adapter, Delivery, Dropped, Unreadable
from bot.connect.fields import tables, text
from bot.connect.mapping import parse
from bot.incidents.alerts import Incoming

SENDER = "CloudEvents"
STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
REQUIRED = ("id", "source", "specversion", "type")
MAPPING = parse(
    """
    sender = "CloudEvents"

    [alert]
    id = ["source", "data.alert_id", "data.fingerprint", "subject"]
    group = ["source", "data.group"]
    title = ["data.summary", "data.title", "data.message", "subject", "type"]
    severity = ["data.severity", "data.priority"]
    state = ["data.status", "data.state"]
    started = ["data.started_at", "time"]
    ended = ["data.ended_at", "time"]
    link = ["data.link", "data.url"]
    service = ["data.service", "data.labels.service"]
    labels = ["data.labels", "data.tags"]

    [states]
    resolved = ["resolved", "ok", "closed", "recovered"]
    """
)
EXAMPLE = {
    "specversion": "1.0",
    "id": "01J9X8Q3W4",
    "source": "https://probe.example.com/checkout",
    "type": "com.example.probe.failed.v1",
    "subject": "checkout",
    "time": "2026-10-07T07:58:00Z",
    "data": {"summary": "Checkout cannot be reached", "severity": "critical", "service": "checkout"},
}


def read(delivery: Delivery) -> list[Incoming]:
    """The alerts among the events.

    Raises:
        Unreadable: an event lacks what every one has, or is of another version than 1.0.
        Dropped: none of them is an alert: its data says no severity.
    """
    found: list[Incoming] = []
    for event in _events(delivery):
        lacking = [name for name in REQUIRED if not text(event.get(name))]
        if lacking:
            raise Unreadable(f"A CloudEvent lacks {', '.join(lacking)}.")
        if text(event["specversion"]) not in ("1.0", "1"):
            raise Unreadable("Scribe reads CloudEvents of the version 1.0.")
        data = event.get("data")
        if not isinstance(data, Mapping) or not (text(data.get("severity")) or text(data.get("priority"))):
            continue
        if not any(
            text(one) for one in (data.get("alert_id"), data.get("fingerprint"), event.get("subject"))
        ):
            event = {**event, "subject": event["id"]}
        found += MAPPING.read(event, "cloudevents")
    if not found:
        raise Dropped("Dropped: no event whose data says a severity.")
    return found


def _events(delivery: Delivery) -> list[dict[str, Any]]:
    kind = delivery.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == STRUCTURED:
        return [delivery.object()]
    if kind == BATCH:
        listed = delivery.json()
        if not isinstance(listed, list):
            raise Unreadable("A batch of CloudEvents is a JSON list.")
        return tables(listed)
    attributes: dict[str, Any] = {
        name.removeprefix("ce-"): unquote(value)
        for name, value in delivery.headers.items()
        if name.startswith("ce-")
    }
    if not attributes:
        if text((event := delivery.object()).get("specversion")):
            return [event]  # structured, by somebody who did not say so
        raise Unreadable("There are neither ce- headers nor a CloudEvent in the body.")
    return [{**attributes, "data": delivery.json()}]


ADAPTER = Adapter(name="cloudevents", sender=SENDER, read=read, example=EXAMPLE)
