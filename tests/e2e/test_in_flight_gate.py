"""What comes in while Scribe is stopping, and what nobody can read."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.envelope import Envelope
from sandbox.json_types import JsonObject
from tests.e2e.conftest import PATIENT, World, connected, words
from tests.until import until

pytestmark = pytest.mark.by_each_transport


async def test_a_command_that_comes_during_a_stop_is_carried_out(world: World, database_url: str) -> None:
    await world.open_here()
    database = world.running.scribe.database
    async with database.write() as session:
        connection = await session.connection()
        if not database.is_sqlite:
            await connection.exec_driver_sql("LOCK TABLE message IN EXCLUSIVE MODE")
        world.workspace.say(world.ana.id, world.channel.id, "Something happened.")
        await until(lambda: world.running.recorder.being_written)
        stopping = asyncio.create_task(world.running.stop())
        await until(lambda: not world.running.gate.is_open)
        adding = asyncio.create_task(
            world.workspace.command(world.ana.id, world.channel.id, "/timeline", "add 14:05 Rolled back")
        )
        await until(lambda: world.running.gate.under_way == 2)
    answer = await adding
    await stopping
    world.running = await connected(world.sandbox, database_url)

    assert "Rolled back" in words(answer)
    assert "Rolled back" in await world.command(world.ana, "/timeline")


@pytest.mark.parametrize("event", [None, "hello", {}, {"type": "never_heard_of"}], ids=repr)
async def test_an_event_that_nothing_can_be_made_of_does_not_come_again(world: World, event: object) -> None:
    await world.open_here()
    told = world.workspace.deliveries
    published: list[JsonObject] = []
    told.on_published = published.append
    told.retry_delays = (PATIENT,)
    world.workspace.change_person(world.ana.id, real_name="Ana F.")
    await world.sandbox.settled()
    acknowledged: list[Envelope] = []
    told.on_acknowledged = acknowledged.append

    told.publish(published[0] | {"event_id": "EvStrange", "event": event})
    told.publish({key: value for key, value in published[0].items() if key != "event"})
    await world.sandbox.settled()

    assert [envelope.attempt for envelope in acknowledged] == [0, 0]
