"""Deliveries about several incidents lock their timelines in one order, however they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import text

from bot.incidents.actions.alerts import take_alerts
from bot.incidents.alerts import Incoming, IncomingAlert
from storage.advisory_lock import advisory_lock, record_of
from tests.e2e.alerts import Alerted, alert, group, listening
from tests.e2e.conftest import World

pytestmark = pytest.mark.only_on("postgresql")

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
TRIED = "SELECT pg_try_advisory_xact_lock(hashtextextended(:what, 0))"


@pytest.fixture
async def alerted(world: World, database_url: str) -> AsyncIterator[Alerted]:
    await listening(world, database_url)
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


def _ended(key: str) -> Incoming:
    one = IncomingAlert(f"fp-{key}-critical", key, is_firing=False)
    return Incoming("alertmanager", "Alertmanager", f'{{}}:{{service="{key}"}}', key, [one])


@pytest.mark.parametrize("is_reversed", [False, True])
async def test_the_first_is_waited_for_with_no_later_one_held(alerted: Alerted, is_reversed: bool) -> None:
    for name in ("checkout", "search"):
        await alerted.tell(group(alert(name), key=name))
    await alerted.world.settled()
    scribe = alerted.running.scribe
    team_id = scribe.work.workspace.team_id
    channels = [row[0] for row in await alerted.rows("SELECT channel_id FROM incident ORDER BY number")]
    first, last = sorted(record_of(team_id, channel) for channel in channels)
    told = [_ended("checkout"), _ended("search")]

    async with scribe.database.write() as other:
        await advisory_lock(other, first)
        taking = asyncio.create_task(take_alerts(scribe.work, told[::-1] if is_reversed else told))
        connection = await other.connection()
        for _ in range(3000):
            if (await connection.execute(text(WAITING))).scalar_one():
                break
            await asyncio.sleep(0.01)
        is_free = (await connection.execute(text(TRIED), {"what": last})).scalar_one()

    taken = await taking
    assert is_free
    assert len(taken.news) == 2
