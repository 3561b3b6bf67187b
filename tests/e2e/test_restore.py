"""`/timeline restore 3`: a line that was taken off comes back under its number."""

from __future__ import annotations

from tests.e2e.conftest import World


async def test_a_removed_line_comes_back_with_its_number_and_the_channel_is_told_of_both(
    world: World,
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ana, ts)
    await world.command(world.ana, "/timeline add 14:31 UTC Checked the graphs")
    await world.command(world.ana, "/timeline remove 1")
    assert not world.confirmed(ts)
    assert "Rolled back." not in await world.command(world.ana, "/timeline")

    answer = await world.command(world.ben, "/timeline restore 1")

    assert answer.startswith("Event 1 is back on the timeline: Rolled back.")
    assert world.confirmed(ts)
    assert "Rolled back." in await world.command(world.ana, "/timeline")
    told = [m.text for m in world.messages_of_scribe() if "event 1" in m.text]
    assert ["off the timeline" in text for text in told] == [True, False]
    history = await world.command(world.ana, "/timeline history 1")
    assert "took it off the timeline" in history
    assert "put it back" in history
    await world.unmark(world.ana, ts)
    await world.settled()
    assert "Rolled back." not in await world.command(world.ana, "/timeline")


async def test_what_no_mark_holds_any_more_stands_without_one(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ana, ts)
    await world.unmark(world.ana, ts)

    await world.command(world.ben, "/timeline restore 1")

    assert "Rolled back." in await world.command(world.ana, "/timeline")
    await world.mark(world.ben, ts)
    await world.unmark(world.ben, ts)
    assert "Rolled back." in await world.command(world.ana, "/timeline")


async def test_what_stands_or_never_was_is_refused(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add now Checked the graphs")

    assert "Event 1 stands on the timeline" in await world.command(world.ana, "/timeline restore 1")
    assert "The timeline has no event 9." in await world.command(world.ana, "/timeline restore 9")
