"""25 declarations in a minute by one person: five are opened, the others wait, and none counts twice."""

from __future__ import annotations

from bot.slack.blocks.alike import DECLARE_ACTION
from tests.e2e.conftest import World


async def test_one_person_opens_five_within_a_minute_and_a_copy_of_a_command_does_not_count(
    world: World,
) -> None:
    world.workspace.socket.duplicate_asks(2)
    answers = [await world.command(world.ana, f"/incident start Problem {n}", at="14:30") for n in range(25)]

    assert [answer.startswith("INC-") for answer in answers] == [True] * 5 + [False] * 20
    assert all("You have declared 5 incidents within a minute" in answer for answer in answers[5:])
    assert "Problem 24" in answers[-1]
    assert (await world.command(world.ben, "/incident start private Another")).startswith("Is it ")
    await world.press(world.ben, DECLARE_ACTION)
    assert (await world.command(world.ana, "/incident start Later", at="14:32")).startswith("INC-7")
