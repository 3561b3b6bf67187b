"""`/incident reopen`: a resolved incident is open again, and nothing of its first end is lost."""

from __future__ import annotations

from tests.e2e.conftest import World


async def test_reopened_and_resolved_again_it_keeps_both_ends_and_both_conclusions(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve The rollback helped", at="14:40")

    answer = await world.command(world.ben, "/incident reopen", at="15:00")

    assert answer.startswith("INC-1 is open again; it was resolved.")
    said = [message.text for message in world.messages_of_scribe()]
    assert any("open again" in text and "Ben Okafor" in text for text in said)
    assert "Open" in await world.command(world.ana, "/incident show")
    late = await world.say(world.ana, "It is back.", at="15:05")
    await world.mark(world.ana, late)
    await world.command(world.ana, "/resolve A second rollback helped", at="15:20")

    timeline = await world.command(world.ana, "/timeline")
    assert "Resolved: The rollback helped" in timeline
    assert "Opened again" in timeline
    assert "It is back." in timeline
    canvas = world.canvas()
    assert "Opened again" in canvas
    assert "● Reopened | Ben Okafor |" in canvas
    assert "A second rollback helped" in canvas
    assert "A second rollback helped" in await world.command(world.ana, "/incident show")
    history = await world.command(world.ana, "/incident conclusion")
    assert "The rollback helped" in history
    assert "A second rollback helped" in history
    resolved = [m for m in world.messages_of_scribe() if "INC-1 was resolved by" in m.text]
    assert len(resolved) == 2


async def test_without_another_conclusion_the_first_one_stands(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve The rollback helped", at="14:40")
    await world.command(world.ben, "/incident reopen INC-1", at="15:00")
    await world.command(world.ben, "/resolve", at="15:20")

    assert "The rollback helped" in await world.command(world.ana, "/incident show")


async def test_what_is_open_or_would_be_a_second_is_refused_with_what_to_do(world: World) -> None:
    await world.open_here()
    assert "INC-1 is open, so there is nothing to reopen" in await world.command(
        world.ana, "/incident reopen"
    )
    await world.command(world.ana, "/resolve", at="14:40")
    await world.command(world.ana, "/incident start here Another", at="14:50")

    answer = await world.command(world.ana, "/incident reopen INC-1")

    assert "its channel keeps INC-2, which is open" in answer
    assert "Resolved" in await world.command(world.ana, "/incident show INC-1")


async def test_a_corrected_end_of_the_second_time_goes_back_to_what_was_seen_then(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve", at="14:40")
    await world.say(world.ana, "It was over before.", at="14:45")
    await world.command(world.ana, "/incident milestone resolved 14:30 UTC")
    await world.command(world.ana, "/incident reopen", at="15:00")
    await world.say(world.ana, "It is over now.", at="15:20")
    await world.command(world.ana, "/resolve")
    await world.say(world.ana, "It was over before.", at="15:25")
    await world.command(world.ana, "/incident milestone resolved 15:10 UTC")

    await world.command(world.ana, "/incident milestone clear resolved")

    await world.command(world.ana, "/postmortem draft")
    assert "**Resolved:** 2023-09-10 15:20 UTC" in world.canvas()
