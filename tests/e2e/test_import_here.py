"""`/incident import since 14:00`: a channel's past joins the record, marks and all."""

from __future__ import annotations

from tests.e2e.conftest import World


async def test_what_was_said_and_marked_before_the_incident_is_on_its_record(world: World) -> None:
    old = await world.say(world.ana, "Latency doubled.", at="11:02")
    await world.mark(world.ben, old)
    unmarked = await world.say(world.ana, "Restarting the cache.", at="11:20")
    older = await world.say(world.ana, "Good morning.", at="09:00")
    await world.mark(world.ben, older)
    await world.say(world.ben, "Let us write this up.", at="14:20")

    answer = await world.command(world.ana, "/incident import Slow cache since 11:00")

    assert "INC-1 is open in this channel: *Slow cache*" in answer
    shown = await world.command(world.ana, "/timeline")
    assert "Latency doubled." in shown
    assert "Good morning." not in shown
    await world.mark(world.ben, unmarked)
    assert "Restarting the cache." in await world.command(world.ana, "/timeline")


async def test_an_open_incident_is_extended_into_the_past(world: World) -> None:
    old = await world.say(world.ana, "Latency doubled.", at="09:30")
    await world.mark(world.ben, old)
    await world.open_here()
    assert "Latency doubled." not in await world.command(world.ana, "/timeline")

    answer = await world.command(world.ana, "/incident import since 09:00")

    assert answer.startswith("I am reading this channel since ")
    assert "Latency doubled." in await world.command(world.ana, "/timeline")
    assert "INC-2" not in await world.command(world.ana, "/incident list")


async def test_without_a_time_it_says_how(world: World) -> None:
    await world.say(world.ana, "Hello.", at="14:20")

    assert "`/incident import since 14:00`" in await world.command(world.ana, "/incident import")
    assert "`/incident import since 14:00`" in await world.command(world.ana, "/incident import the past")
    assert "No incident" in await world.command(world.ana, "/incident list")
