"""An alert calls people also where Slack refuses its incident a channel at first."""

from __future__ import annotations

import aiohttp
import pytest

from bot.slack.intents import open_channel
from tests.e2e.alerts import Alerted, alert, group, listening
from tests.e2e.conftest import World
from tests.until import until


async def test_an_incident_of_an_alert_waits_for_its_channel_and_loses_nothing(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_channel, "ASK_AGAIN", 0.1)
    await listening(world, database_url, invite={"alert": "@ben"})
    workspace = world.workspace
    async with aiohttp.ClientSession() as http:
        alerted = Alerted(world, http)
        workspace.refuse("conversations.create", "restricted_action", times=3)

        await alerted.tell(group(alert()))
        await until(lambda: len(workspace.calls("conversations.create")) > 1)
        assert "INC-1" in await listed(world)
        await world.settled()

        (own,) = [one for one in workspace.channels.values() if one.creator == workspace.bot_user_id]
        assert world.ben.id in own.members
        assert len([one for one in alerted.said() if "Declared by 1 alert" in str(one.blocks)]) == 1
        assert await alerted.rows("SELECT status FROM incident") == [("open",)]


async def listed(world: World) -> str:
    answer = await world.workspace.command(world.ana.id, world.channel.id, "/incident", "list")
    return f"{answer.messages}"
