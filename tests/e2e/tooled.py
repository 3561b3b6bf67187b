"""A world whose Scribe is connected to the sandbox's tools, as in the demo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.demo import tool_settings
from sandbox.tools.panel import Tools
from tests.e2e.conftest import PATIENT, RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.quiet import Sandbox
from tests.until import until


@asynccontextmanager
async def tooled(database_url: str, **settings: str) -> AsyncIterator[World]:
    """One with two people and a channel, until the block ends."""
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE, has_tools=True) as sandbox:
        sandbox.workspace.deliveries.answer_within = PATIENT
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        assert sandbox.tools
        given = {name.lower(): value for name, value in tool_settings(sandbox.tools).items()}
        running = await connected(sandbox, database_url, **(given | settings))
        assert running.transports.server
        sandbox.tools.connect(f"{running.transports.server.url}hooks/")
        try:
            yield World(sandbox, running, ana, ben, channel)
        finally:
            await running.stop()


def tools_of(world: World) -> Tools:
    """The tools of such a world."""
    assert world.sandbox.tools
    return world.sandbox.tools


async def told(world: World) -> None:
    """Everything that the tools told is answered, and done."""
    tools = tools_of(world)

    async def is_done() -> bool:
        await world.settled()
        return not tools.alerts.hook.is_busy and not tools.webhook.is_busy

    await until(is_done)
    await world.settled()
