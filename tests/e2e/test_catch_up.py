"""What Slack never delivered is read from the channel's history, once, and nothing is taken away by it."""

from __future__ import annotations

import asyncio

from tests.e2e.conftest import World


async def reconnected(world: World) -> None:
    world.sandbox.disconnect_clients()
    await asyncio.sleep(0.3)
    await world.sandbox.wait_connected()
    await asyncio.sleep(0.2)
    await world.settled()


async def test_a_message_and_its_mark_that_were_never_delivered(world: World) -> None:
    await world.open_here()
    world.workspace.socket.lose(2)
    ts = world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
    world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")
    await world.settled()
    assert "is empty" in await world.command(world.ana, "/timeline")

    await reconnected(world)

    assert "Rolled back." in await world.command(world.ana, "/timeline")
    assert world.confirmed(ts)


async def test_replies_and_edits_that_were_never_delivered(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ana, "Reading the lgos.", at="14:30")
    await world.mark(world.ben, root)
    world.workspace.socket.lose(6)
    reply = world.workspace.say(world.ana.id, world.channel.id, "Unusual patterns.", thread_ts=root)
    world.workspace.react(world.ben.id, world.channel.id, reply, "pushpin")
    world.workspace.edit(world.ana.id, world.channel.id, root, "Reading the logs.")
    await world.settled()
    world.workspace.socket.lose(0)

    await reconnected(world)

    shown = await world.command(world.ana, "/timeline")
    assert "Unusual patterns." in shown
    assert "Reading the logs." in shown


async def test_catching_up_twice_changes_nothing(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.unmark(world.ben, ts)
    other = await world.say(world.ana, "Restarted.", at="14:31")
    await world.mark(world.ben, other)
    before = await world.command(world.ana, "/timeline")

    await reconnected(world)
    await reconnected(world)

    assert await world.command(world.ana, "/timeline") == before
    assert [m.text for m in world.messages_of_scribe()] == ["INC-1: Deployment disruption (open)"]
