"""Pages as Scribe sends them to a wiki, and the place that takes them."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.connect.pages import page_hosts_of
from bot.incidents.pages.contract import NewPage, PageHost, SeenPage
from bot.settings import Settings
from sandbox.trackers.tracker import TrackerServer
from tests.wikis import Kind

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
PICTURE = b"\x89PNG\r\n\x1a\n not really \xff"


@asynccontextmanager
async def connected(kind: Kind, server: TrackerServer, **changes: str) -> AsyncIterator[PageHost]:
    settings = Settings(_env_file=None, **SLACK, **{**kind.settings(server), **changes})
    host = page_hosts_of(settings)[kind.name]
    yield host
    await host.close()


def new_page(**changes: Any) -> NewPage:
    new = NewPage(
        marker=uuid.uuid4().hex,
        number=7,
        publication=1,
        since=datetime.now(UTC) - timedelta(minutes=10),
        title="INC-7: Checkout <is> down",
        markdown="# What happened\n\nIt was *down*.\n\n![The timeline](timeline.png)\n\n- [x] Add an index\n",
        data="{}",
    )
    return replace(new, **changes)


def published_again(new: NewPage, earlier: SeenPage, **changes: Any) -> NewPage:
    return replace(new, publication=new.publication + 1, earlier=earlier, **changes)
