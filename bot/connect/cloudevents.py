"""CloudEvents 1.0 over HTTP: structured, binary and batched, with the data of an alert or a deploy.

github.com/cloudevents/spec, HTTP protocol binding: `application/cloudevents+json` is structured,
`application/cloudevents-batch+json` a batch, anything else binary, with the attributes in `ce-` headers,
percent-encoded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from bot.connect.adapter import Adapter, Delivery, DeploysTold, Dropped, Unreadable, read_each
from bot.connect.fields import first, table, tables, text
from bot.connect.mapping import parse
from bot.connect.mapping_deploys import DeployMapping
from bot.incidents.alerts import Incoming
from bot.incidents.deploys import IncomingDeploy

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
DEPLOYS = DeployMapping.model_validate(
    tomllib.loads(
        """
        kind = "deploy"
        sender = "CloudEvents"

        [deploy]
        id = ["source", "data.deploy_id"]
        service = ["data.service", "data.repository", "subject", "source"]
        version = "data.version"
        environment = ["data.environment", "data.subject.content.environment.id"]
        state = "data.status"
        who = ["data.who", "data.user", "data.actor"]
        started = ["data.started_at", "time"]
        ended = ["data.ended_at", "time"]
        link = ["data.link", "data.url"]
        repository = "data.repository"
        """
    )
)
_OF_DEPLOYS = re.compile(
    r"(?:\A|[._-])(?:deploy|deployed|deployments?|service\.(?:upgraded|rolledback|published))(?:[._-]|\Z)"
)
_STATE = re.compile(r"[._-](started|failed)(?:[._-]|\Z)")
EXAMPLE = {
    "specversion": "1.0",
    "id": "01J9X8Q3W4",
    "source": "https://probe.example.com/checkout",
    "type": "com.example.probe.failed.v1",
    "subject": "checkout",
    "time": "2026-10-07T07:58:00Z",
    "data": {"summary": "Checkout cannot be reached", "severity": "critical", "service": "checkout"},
}


def read(delivery: Delivery) -> list[Incoming] | DeploysTold:
    """The alerts and deploys among the events.

    Raises:
        Unreadable: an event lacks what every one has, or is of another version than 1.0.
        Dropped: none of them is either: its data says no severity, and neither its type nor its data's kind
            that it is a deploy.
    """
    read_ones = read_each(_events(delivery), _read_event)
    found = [one for alerts, _ in read_ones for one in alerts]
    deploys = [one for _, those in read_ones for one in those]
    if deploys:
        return DeploysTold(deploys, found)
    if not found:
        raise Dropped("Dropped: no event of a deploy, or whose data says a severity.")
    return found


def _read_event(event: Mapping[str, Any]) -> tuple[Sequence[Incoming], Sequence[IncomingDeploy]]:
    """The alert or the deploy of an event, or neither.

    Raises:
        Unreadable: it lacks what every event has, or is of another version than 1.0.
    """
    lacking = [name for name in REQUIRED if not text(event.get(name))]
    if lacking:
        raise Unreadable(f"A CloudEvent lacks {', '.join(lacking)}.")
    if text(event["specversion"]) not in ("1.0", "1"):
        raise Unreadable("Scribe reads CloudEvents of the version 1.0.")
    data = event.get("data")
    if is_deploy(event):
        return [], DEPLOYS.read(_with_id(event), "cloudevents").deploys
    if not isinstance(data, Mapping) or not (text(data.get("severity")) or text(data.get("priority"))):
        return [], []
    if not any(text(one) for one in (data.get("alert_id"), data.get("fingerprint"), event.get("subject"))):
        event = {**event, "subject": event["id"]}
    try:
        return MAPPING.read(event, "cloudevents"), []
    except Dropped:
        return [], []


def is_deploy(event: Mapping[str, Any]) -> bool:
    """Whether an event says that it is of a deploy: by the kind of its data, else by its type.

    The types of CDEvents are such: `dev.cdevents.service.deployed.0.2.0` (cdevents.dev). What says how grave
    it is is an alert about one.
    """
    data = table(event.get("data"))
    if kind := text(data.get("kind")):
        return kind.casefold() == "deploy"
    is_of_type = bool(_OF_DEPLOYS.search(text(event["type"]).casefold()))
    return is_of_type and not (text(data.get("severity")) or text(data.get("priority")))


def _with_id(event: Mapping[str, Any]) -> dict[str, Any]:
    """The same with what its deploy is known by, and how far it is, where its data does not say so."""
    data = table(event.get("data"))
    ids = (data.get("deploy_id"), data.get("deployment_id"), data.get("id"), event["id"])
    said = _STATE.search(text(event["type"]).casefold())
    status = first(data, "status", "state") or (said[1] if said else "")
    known = {"deploy_id": next(one for one in ids if text(one)), "status": status}
    return {**event, "data": {**data, **known}}


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
