"""Every status page there is, on this machine: how it is made and set, and what its vendor says of itself."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.connect.status_pages import status_pages_of
from bot.incidents.status_pages.contract import NewPost, StatusPage
from bot.settings import Settings
from sandbox.status_pages.cachet import CachetServer
from sandbox.status_pages.instatus import InstatusServer
from sandbox.status_pages.statuspage import LIMITED, StatuspageServer
from sandbox.trackers.tracker import Fault, TrackerServer
from storage.vocabulary import PublicImpact, PublicState
from tests.contract import Contract

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}


@dataclass
class Kind:
    """A status page on this machine, and the settings that lead to it; `contract` is its vendor's file."""

    name: str
    title: str
    make: Callable[[], Any]
    settings: Callable[[Any], dict[str, str]]
    contract: Contract | None = None
    calls_before: int = 0
    """How many calls an update makes before the one that posts it."""
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
        Contract("statuspage.yaml"),
        limit=Fault(420, LIMITED, {"retry-after": "7"}),
    ),
    "cachet": Kind(
        "cachet",
        "Cachet",
        CachetServer,
        lambda one: {"cachet_url": one.url, "cachet_token": one.token},
        Contract("cachet.yaml"),
        calls_before=1,
    ),
    "instatus": Kind(
        "instatus",
        "Instatus",
        InstatusServer,
        lambda one: {"instatus_url": one.url, "instatus_token": one.token, "instatus_page": one.page},
    ),
}


def held(kind: Kind, server: TrackerServer) -> None:
    """What was sent and answered is what the vendor's file says; what it refused, its fake alone knows."""
    for call in server.calls:
        if kind.contract and call.status < 300:
            assert kind.contract.problems(call) == [], call


@asynccontextmanager
async def connected(kind: Kind, server: TrackerServer, **changes: str) -> AsyncIterator[StatusPage]:
    """Scribe's adapter, set to lead to that server."""
    settings = Settings(_env_file=None, **SLACK, **{**kind.settings(server), **changes})
    page = status_pages_of(settings)[kind.name]
    yield page
    await page.close()


def new_post(**changes: Any) -> NewPost:
    """The first post of an incident, as somebody presses it."""
    new = NewPost(
        incident=uuid.uuid4().hex,
        marker=uuid.uuid4().hex,
        name="Checkout is slow",
        text="We are looking into it.\nMore in half an hour.",
        state=PublicState.INVESTIGATING,
        impact=PublicImpact.DEGRADED,
        components=(),
        notifies=False,
        since=datetime.now(UTC) - timedelta(minutes=1),
    )
    return replace(new, **changes)
