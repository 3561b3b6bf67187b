"""An alert manager that fires when somebody presses a button.

It tells as Alertmanager does: a group of alerts at a time, all that fire in it, in version 4 of its webhook
(prometheus.io/docs/alerting/latest/configuration, webhook_config).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.tools.hook import Hook

STORM = 50
REPEAT_AFTER = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between tries, as the real one doubles them; then it gives up until the group changes again."""
NEVER = "0001-01-01T00:00:00Z"
"""What Alertmanager writes as the end of what goes on."""


@dataclass(frozen=True)
class Kind:
    """What can go wrong here: a group's name, service and words; `hosts` name its alerts."""

    key: str
    alertname: str
    service: str
    summary: str
    host: str


KINDS = (
    Kind(
        "checkout", "HighErrorRate", "checkout", "Checkout answers every eighth request with an error", "web"
    ),
    Kind("search", "HighLatency", "search", "Search takes four seconds and more", "search"),
    Kind("logins", "LoginsFailing", "accounts", "One login in three fails", "auth"),
)
"""Those of the button for one alert, in turn."""
IN_STORM = Kind("payments", "HostDown", "payments", "Hosts of the payment service do not answer", "pay")


@dataclass
class FiringAlert:
    """One alert of a group; times in UTC."""

    host: str
    began_at: datetime
    ended_at: datetime | None = None


@dataclass
class Group:
    """The alerts of one kind."""

    kind: Kind
    alerts: dict[str, FiringAlert] = field(default_factory=dict)

    @property
    def firing(self) -> int:
        """How many of them do."""
        return sum(one.ended_at is None for one in self.alerts.values())

    def fire(self, host: str, at: datetime) -> None:
        """One begins, if it does not fire already."""
        standing = self.alerts.get(host)
        if standing is None or standing.ended_at is not None:
            self.alerts[host] = FiringAlert(host, at)


class AlertManager:
    """Groups of alerts, and the hook that is told of them. `page` gives the address of the page."""

    def __init__(self, hook: Hook, *, now: Callable[[], datetime], page: Callable[[], str]) -> None:
        self.hook = hook
        self.groups: dict[str, Group] = {}
        self._now = now
        self._page = page

    def fire(self) -> Group:
        """One critical alert begins, of a kind that is quiet; where none is, the first has one more."""
        quiet = (kind for kind in KINDS if not self._group(kind).firing)
        group = self._group(next(quiet, KINDS[0]))
        group.fire(f"{group.kind.host}-{group.firing + 1}", self._now())
        self._tell(group)
        return group

    def storm(self) -> Group:
        """Fifty begin at once; those that fire already are told again."""
        group, now = self._group(IN_STORM), self._now()
        for number in range(1, STORM + 1):
            group.fire(f"{IN_STORM.host}-{number:02}", now)
        self._tell(group)
        return group

    def resolve(self, key: str) -> Group:
        """Everything in a group is well again.

        Raises:
            SandboxError: nothing fires in it.
        """
        group = self.groups.get(key)
        if group is None or not group.firing:
            raise SandboxError("No such alert fires.")
        now = self._now()
        for alert in group.alerts.values():
            alert.ended_at = alert.ended_at or now
        self._tell(group)
        return group

    def link(self, group: Group) -> str:
        """The address of a group, which leads to the page."""
        return f"{self._page()}alerts/{group.kind.key}"

    def _group(self, kind: Kind) -> Group:
        return self.groups.setdefault(kind.key, Group(kind))

    def _tell(self, group: Group) -> None:
        count = group.firing or len(group.alerts)
        told = ("fires" if count == 1 else "fire") if group.firing else "resolved"
        self.hook.tell(
            f"{group.kind.summary}: {count} alert{'' if count == 1 else 's'} {told}", self._body(group)
        )
        for host in [one.host for one in group.alerts.values() if one.ended_at is not None]:
            del group.alerts[host]  # the real one tells of an end once, and forgets

    def _body(self, group: Group) -> JsonObject:
        kind = group.kind
        labels = {"alertname": kind.alertname, "service": kind.service, "severity": "critical"}
        return {
            "version": "4",
            "groupKey": f'{{}}:{{service="{kind.service}"}}',
            "truncatedAlerts": 0,
            "status": "firing" if group.firing else "resolved",
            "receiver": "scribe",
            "groupLabels": {"service": kind.service},
            "commonLabels": labels,
            "commonAnnotations": {"summary": kind.summary},
            "externalURL": f"{self._page()}#tools",
            "alerts": [self._alert(group, one, labels) for one in group.alerts.values()],
        }

    def _alert(self, group: Group, alert: FiringAlert, common: dict[str, str]) -> JsonObject:
        labels = {**common, "instance": alert.host}
        print_of = "|".join(f"{name}={labels[name]}" for name in sorted(labels))
        return {
            "status": "resolved" if alert.ended_at else "firing",
            "labels": labels,
            "annotations": {"summary": group.kind.summary},
            "startsAt": _written(alert.began_at),
            "endsAt": _written(alert.ended_at) if alert.ended_at else NEVER,
            "generatorURL": self.link(group),
            "fingerprint": hashlib.sha256(print_of.encode()).hexdigest()[:16],
        }


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
