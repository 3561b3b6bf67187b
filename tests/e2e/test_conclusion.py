"""`/incident conclusion`: changes how it ended, and keeps every conclusion before."""

from __future__ import annotations

from tests.e2e.conftest import World


async def test_a_new_conclusion_stands_in_summary_and_draft_and_the_old_one_in_the_history(
    world: World,
) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve The rollback helped", at="14:40")

    answer = await world.command(world.ben, "/incident conclusion The cache was cold <!here>", at="15:00")

    assert "INC-1 is concluded: The cache was cold" in answer
    assert "<!here>" not in answer
    assert "The cache was cold" in await world.command(world.ana, "/incident show")
    assert any("Ben Okafor" in m.text and "cache was cold" in m.text for m in world.messages_of_scribe())
    shown = await world.command(world.ana, "/incident conclusion")
    assert "Ana Ferreira: The rollback helped" in shown
    assert "Ben Okafor: The cache was cold" in shown
    await world.command(world.ana, "/postmortem draft")
    assert "The cache was cold" in world.canvas()
    assert "The rollback helped" not in world.canvas()


async def test_an_open_incident_has_none_yet_and_the_words_are_given_back(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/incident conclusion All is well")

    assert "INC-1 is open." in answer
    assert "Your text was not recorded: All is well" in answer
