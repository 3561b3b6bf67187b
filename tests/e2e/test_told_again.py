"""Each tool that tells of alerts repeats what it told, by itself or recorded by somebody: it counts once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.connect.cloudevents import STRUCTURED
from bot.connect.registry import SHIPPED
from tests.e2e.alerts import Alerted, listening
from tests.e2e.conftest import World

TYPE = {"cloudevents": STRUCTURED}


@pytest.fixture
async def alerted(world: World, database_url: str) -> AsyncIterator[Alerted]:
    await listening(world, database_url)
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


@pytest.mark.parametrize("hook", SHIPPED)
async def test_it_declares_one_incident_with_one_line(alerted: Alerted, database_url: str, hook: str) -> None:
    """Told thrice at once, and again after a restart."""

    async def tell() -> int:
        content_type = TYPE.get(hook, "application/json")
        return await alerted.tell(SHIPPED[hook].example, hook, Content_Type=content_type)

    assert await asyncio.gather(*(tell() for _ in range(3))) == [200] * 3
    await alerted.world.settled()
    before = (await alerted.incidents(), await alerted.lines())
    said = [one.text for one in alerted.said()]
    await listening(alerted.world, database_url)
    assert await tell() == 200
    await alerted.world.settled()

    assert (await alerted.incidents(), await alerted.lines()) == before
    assert [len(one) for one in before] == [1, 1]
    assert [one.text for one in alerted.said()] == said
