"""Every status page there is, on this machine: how it is made and set, and what its vendor says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.status_pages.statuspage import LIMITED, StatuspageServer
from sandbox.trackers.tracker import Fault, TrackerServer
from tests.contract import Contract


@dataclass
class Kind:
    """A status page on this machine, and the settings that lead to it; `contract` is its vendor's file."""

    name: str
    title: str
    make: Callable[[], Any]
    settings: Callable[[Any], dict[str, str]]
    contract: Contract | None = None
    limit: Fault = field(default=Fault(429, {"message": "slow down"}, {"retry-after": "7"}))


KINDS: Mapping[str, Kind] = {
    "statuspage": Kind(
        "statuspage",
        "Statuspage",
        StatuspageServer,
        lambda one: {
            "statuspage_url": one.base,
            "statuspage_token": one.token,
            "statuspage_page": one.page,
        },
        Contract("statuspage.yaml", "/v1"),
        Fault(420, LIMITED, {"retry-after": "7"}),
    ),
}


def held(kind: Kind, server: TrackerServer) -> None:
    """What was sent and answered is what the vendor's file says; what it refused, its fake alone knows."""
    for call in server.calls:
        if kind.contract and call.status < 300:
            assert kind.contract.problems(call) == [], call
