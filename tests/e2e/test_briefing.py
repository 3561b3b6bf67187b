"""`/incident catchup`: how an incident stands, to those who join late, who are offered it once."""

from __future__ import annotations

import pytest

from bot.slack.blocks.briefing import BRIEFING_ACTION
from sandbox.records import Ephemeral, Person
from tests.e2e.conftest import World
from tests.until import until


def offers(world: World, who: Person) -> list[Ephemeral]:
    shown = world.workspace.ephemerals(who.id, world.channel.id)
    return [one for one in shown if BRIEFING_ACTION in str(one.blocks)]


async def join(world: World, who: Person, at: str) -> None:
    world.at(at)
    world.workspace.invite(who.id, world.channel.id, by=world.ana.id)
    await world.settled()


async def test_it_says_how_the_incident_stands(world: World) -> None:
    await world.open_here("Checkout is <!channel> down")
    for minute in range(12):
        await world.command(world.ana, f"/timeline add 14:{minute + 5:02} UTC Step {minute + 1}")
    await world.command(world.ana, "/incident severity sev1")
    await world.command(world.ana, "/incident role commander me")
    await world.command(world.ana, "/incident task add Add an index")

    answer = await world.command(world.ben, "/incident catchup")

    assert "*INC-1: Checkout is @channel down*" in answer
    assert ":red_circle: investigating · sev1" in answer
    assert f"commander: <@{world.ana.id}>" in answer
    assert "*The last 10 of 12 events*" in answer
    assert answer.index("Step 3") < answer.index("Step 12")
    assert "Step 2 " not in answer
    assert "Add an index" in answer


@pytest.mark.parametrize("said", ["/incident catch-up", "/incident catchup INC-1", "/incident catchup 1"])
async def test_it_is_said_in_several_ways(world: World, said: str) -> None:
    await world.open_here()

    assert "*INC-1: Deployment disruption*" in await world.command(world.ana, said)


async def test_who_joins_late_is_offered_it_once_and_the_button_tells_them(world: World) -> None:
    await world.open_here()
    carla = world.workspace.add_person("carla")

    await join(world, carla, "14:30")

    (offered,) = offers(world, carla)
    await world.workspace.click(
        carla.id, channel_id=world.channel.id, message_ts=offered.ts, action_id=BRIEFING_ACTION
    )
    await until(lambda: len(world.workspace.ephemerals(carla.id, world.channel.id)) == 2)
    told = world.workspace.ephemerals(carla.id, world.channel.id)[-1]
    assert "*INC-1: Deployment disruption*" in str(told.blocks)
    world.workspace.leave(carla.id, world.channel.id)
    await join(world, carla, "14:50")
    assert len(offers(world, carla)) == 1


async def test_who_comes_in_the_first_minutes_is_offered_nothing(world: World) -> None:
    await world.open_here()
    carla = world.workspace.add_person("carla")

    await join(world, carla, "14:29")

    assert not offers(world, carla)


async def test_after_its_end_nobody_is_offered_anything(world: World) -> None:
    await world.open_here()
    carla = world.workspace.add_person("carla")
    await world.command(world.ana, "/resolve", at="14:40")

    await join(world, carla, "14:50")

    assert not offers(world, carla)


async def test_people_of_another_company_and_apps_are_offered_nothing(world: World) -> None:
    await world.open_here()
    outsider = world.workspace.add_person("carla", team_id="T0CONNECTED")
    app = world.workspace.add_person("robot", is_bot=True)

    await join(world, outsider, "14:40")
    await join(world, app, "14:41")

    assert not offers(world, outsider) and not offers(world, app)
