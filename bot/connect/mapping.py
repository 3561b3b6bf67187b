"""Plain JSON of any tool, read as a small file says: docs/how-to/connect-anything-by-json.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from bot.connect.adapter import Adapter, Delivery, DeploysTold, Dropped, Unreadable, read_each
from bot.connect.fields import table, text
from bot.connect.labels import labels_in, service_in, service_name, tags_in
from bot.connect.mapping_deploys import DeployMapping
from bot.connect.mapping_fields import (
    Only,
    Paths,
    Strict,
    Words,
    first_at,
    folded,
    joined_at,
    listed_in,
    moment_at,
)
from bot.incidents.alerts import Incoming, IncomingAlert
from bot.text.of_programs import inert_words, one_line, short_id, web_address

LONGEST_TITLE = 200
MOST_BYTES = 64 * 1024
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


class BadMapping(Exception):
    """A mapping that cannot be used; the text is one sentence."""


class AlertFields(Strict):
    """Where each part of an alert stands. All of `id` and `group` are joined; of others the first counts.

    `labels` leads to objects, lists of tags such as `env:prod`, or texts of them, and all of them count.
    """

    id: Paths = Field(min_length=1)
    title: Paths = Field(min_length=1)
    group: Paths = ()
    severity: Paths = ()
    state: Paths = ()
    started: Paths = ()
    ended: Paths = ()
    link: Paths = ()
    service: Paths = ()
    labels: Paths = ()


class States(Strict):
    """What `state` says, in whatever case, while an alert fires and when it has ended."""

    firing: Words = ()
    resolved: Words = ()


class MappingFile(Strict):
    """A mapping file of alerts."""

    kind: Literal["alert"] = "alert"
    sender: str = Field(min_length=1, max_length=50)
    alert: AlertFields
    alerts: Paths = ()
    only: Only | None = None
    states: States = States()
    severities: dict[str, str] = Field(default_factory=dict)
    labels: dict[str, Paths] = Field(default_factory=dict)

    def read(self, body: object, source: str) -> list[Incoming]:
        """What a body tells, by groups.

        Raises:
            Unreadable: what must be there is not.
            Dropped: it tells nothing to keep.
        """
        sender = inert_words(self.sender, 50)
        if self.only:
            self.only.check(body)
        found: dict[str, tuple[str, list[IncomingAlert]]] = {}
        listed = listed_in(self.alerts, body, "alerts")
        for one, alert in read_each(listed, lambda one: (one, self._alert(one, body))):
            if alert is None:
                continue
            key = joined_at(self.alert.group, one, body) or alert.alert_id
            found.setdefault(short_id(key), (alert.title, []))[1].append(alert)
        if not found:
            raise Dropped("Dropped: no alert in it is in a state that the mapping knows.")
        return [
            Incoming(source, sender, key, title, alerts, next((a.link for a in alerts if a.link), None))
            for key, (title, alerts) in found.items()
        ]

    def _alert(self, alert: object, body: object) -> IncomingAlert | None:
        """The alert; None where it is in a state that is not named."""
        state = first_at(self.alert.state, alert, body).casefold()
        is_resolved = state in folded(self.states.resolved)
        if self.states.firing and not is_resolved and state not in folded(self.states.firing):
            return None
        alert_id = joined_at(self.alert.id, alert, body)
        if not alert_id:
            raise Unreadable("There is nothing where the mapping says the alert's id is.")
        severity = first_at(self.alert.severity, alert, body)
        known = {name.casefold(): word for name, word in self.severities.items()}
        severity = known.get(severity.casefold(), severity).casefold()
        began = moment_at(self.alert.started, alert, body)
        ended = moment_at(self.alert.ended, alert, body)
        title = first_at(self.alert.title, alert, body) or "An alert without a title"
        labels = self._labels(alert, body)
        return IncomingAlert(
            alert_id=short_id(alert_id),
            title=inert_words(title, LONGEST_TITLE),
            is_firing=not is_resolved,
            started_at=began,
            ended_at=ended if is_resolved else None,
            severity=inert_words(severity, 50) or None,
            link=web_address(first_at(self.alert.link, alert, body)),
            service=service_name(first_at(self.alert.service, alert, body)) or service_in(labels),
            labels=labels,
        )

    def _labels(self, alert: object, body: object) -> dict[str, str]:
        """Those of every object, list of tags or tags in one text, then those that the mapping names."""
        found: list[Mapping[str, Any]] = []
        for path in self.alert.labels:
            value = path.value(alert, body)
            tags = value if isinstance(value, list) else text(value).split(",")
            found += [table(value), tags_in(said for tag in tags if (said := text(tag)))]
        named = {name: first_at(paths, alert, body) for name, paths in self.labels.items()}
        return labels_in(*found, named)


def parse(written: str, name: str = "the mapping") -> MappingFile:
    """The mapping of alerts in a text.

    Raises:
        BadMapping: it cannot be used, or is of something else.
    """
    found = parse_any(written, name)
    if isinstance(found, DeployMapping):
        raise BadMapping(f"{name} is of deploys.")
    return found


def parse_any(written: str, name: str = "the mapping") -> MappingFile | DeployMapping:
    """The mapping in a file's text, of what it says that it is of.

    Raises:
        BadMapping: it cannot be used.
    """
    try:
        found = tomllib.loads(written)
        is_of_deploys = found.get("kind") == "deploy"
        return (DeployMapping if is_of_deploys else MappingFile).model_validate(found)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise BadMapping(f"{name} is no TOML: {problem}.") from problem
    except ValidationError as problem:
        raise BadMapping(f"{name}: {_said(problem)}.") from problem


def _said(problem: ValidationError) -> str:
    first = problem.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    match first["type"]:
        case "missing":
            return f"{where} is missing"
        case "extra_forbidden":
            return f"{where} is nothing that a mapping has"
        case _:
            return f"{where}: {one_line(str(first['msg']).removeprefix('Value error, '), 200)}"


def adapter_in(file: Path) -> Adapter:
    """The adapter that a mapping file makes; its hook has the file's name.

    Raises:
        BadMapping: it cannot be read or used, or its name cannot stand in an address.
    """
    if not NAME.fullmatch(file.stem):
        raise BadMapping(
            f"{file} must be named by small letters, digits and dashes; for example uptime.toml."
        )
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadMapping(f"{file} is larger than a mapping is; at most {MOST_BYTES // 1024} KiB.")
        mapping = parse_any(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as problem:
        raise BadMapping(f"{file} cannot be read ({problem}).") from problem
    return adapter_of(file.stem, mapping)


def adapter_of(name: str, mapping: MappingFile | DeployMapping) -> Adapter:
    """A hook that reads by a mapping."""

    def read(delivery: Delivery) -> list[Incoming] | DeploysTold:
        return mapping.read(delivery.json(), name)

    return Adapter(name, mapping.sender, read, NOTHING)


NOTHING: Mapping[str, Any] = {}
