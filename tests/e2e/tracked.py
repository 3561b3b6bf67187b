"""A world whose incident has one action item, beside a tracker that Scribe files tickets in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.connect.trackers.github import GitHub
from bot.connect.trackers.gitlab import GitLab
from bot.connect.trackers.jira import Jira
from bot.connect.trackers.linear import Linear
from bot.manifest import scopes as asked_for
from tests.e2e.conftest import RATE_SCALE, World, connected
from tests.quiet import Sandbox
from tests.trackers import Kind


@asynccontextmanager
async def world_with_item(
    database_url: str,
    kind: Kind,
    server: Any,
    monkeypatch: pytest.MonkeyPatch,
    *,
    due: str,
    further_scopes: Collection[str],
) -> AsyncIterator[World]:
    """Ana declares and gives Ben the item; Cem is there too. `further_scopes` come beside the usual ones."""
    for one in (GitHub, GitLab, Jira, Linear):
        monkeypatch.setattr(one, "settles_within", timedelta())
    scopes = frozenset([*asked_for()["bot"], *asked_for()["bot_optional"], *further_scopes])
    async with Sandbox(now=datetime.now(UTC), rate_scale=RATE_SCALE, scopes=scopes) as sandbox:
        workspace = sandbox.workspace
        server.clock = workspace.clock.now
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="UTC")
        cem = workspace.add_person("cem", real_name="Cem Demir", tz="UTC")
        people = [ana.id, ben.id, cem.id, workspace.bot_user_id]
        channel = workspace.add_channel("web-release", members=people)
        running = await connected(sandbox, database_url, **kind.settings(server))
        made = World(sandbox, running, ana, ben, channel)
        await made.command(ana, "/incident start here Checkout is down")
        await made.command(ana, f"/incident task add <@{ben.id}> by {due} p1: Add an index")
        try:
            yield made
        finally:
            await made.running.stop()
