"""Scribe as it is shipped, connected to a Slack in the same process, whose calls are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.rig import folder, quiet
from bot.app import Running, start
from bot.settings import Settings
from sandbox.records import Channel, Person
from sandbox.server import Sandbox
from sandbox.workspace import Workspace

UNLIMITED = 100_000.0
BEGAN = datetime(2023, 9, 10, 14, 10, tzinfo=UTC)


@dataclass
class Sandboxed:
    """A workspace with one person and one channel, and the Scribe in it."""

    sandbox: Sandbox
    running: Running
    ana: Person
    ops: Channel

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.workspace

    async def drained(self) -> None:
        """All that follows of what was said has been sent."""
        while not await self.running.worker.drained():
            await self.sandbox.settled()

    async def said(self, command: str, text: str, channel: Channel | None = None) -> Counter[str]:
        """Have Ana say a command, and count the calls of Slack's Web API that follow."""
        before = len(self.workspace.calls())
        await self.workspace.command(self.ana.id, (channel or self.ops).id, command, text)
        await self.drained()
        return Counter(call.method for call in self.workspace.calls()[before:])


@asynccontextmanager
async def sandboxed(**settings: Any) -> AsyncIterator[Sandboxed]:
    """One, with these settings beside those that connect it."""
    quiet()
    with folder() as place:
        async with Sandbox(now=BEGAN, rate_scale=UNLIMITED) as sandbox:
            workspace = sandbox.workspace
            ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
            ops = workspace.add_channel("ops", members=[ana.id, workspace.bot_user_id])
            running = await start(
                Settings(
                    _env_file=None,
                    slack_bot_token=sandbox.bot_token,
                    slack_app_token=sandbox.app_token,
                    slack_api_url=sandbox.api_url,
                    database_url=f"sqlite:///{place / 'scribe.db'}",
                    scribe_clock="slack",
                    rate_scale=UNLIMITED,
                    **settings,
                )
            )
            try:
                await sandbox.wait_connected()
                yield Sandboxed(sandbox, running, ana, ops)
            finally:
                await running.stop()
