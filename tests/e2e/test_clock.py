"""In a workspace whose clock stands in the past, what people do happens then, however long nobody spoke."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import select

from storage.incidents import milestones
from storage.tables import TimelineEvent
from tests.e2e.conftest import TEN_PAST_TWO, World
from tests.until import until


async def occurred(world: World) -> list[datetime]:
    async with world.running.scribe.database.read() as session:
        return list(await session.exec(select(TimelineEvent.occurred_at).order_by(TimelineEvent.number)))


def at(clock: str) -> datetime:
    hour, minute = clock.split(":")
    return TEN_PAST_TWO.replace(hour=int(hour), minute=int(minute))


async def test_a_relative_time_counts_from_the_command_not_from_the_last_message(world: World) -> None:
    await world.open_here()
    await world.say(world.ana, "It is slow.", at="14:21")

    await world.command(world.ana, "/timeline add 5 minutes ago Restarted", at="14:41")
    await world.command(world.ana, "/timeline add Rolled back", at="15:10")

    assert await occurred(world) == [at("14:36"), at("15:10")]


async def test_so_does_one_in_a_form(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident milestone set", at="14:30")
    view = (await until(lambda: world.workspace.open_views(world.ana.id)))[-1]
    block = next(one for one in view.blocks if one["block_id"] == "detected")

    world.at("14:50")
    values = {"detected": {block["element"]["action_id"]: "10 minutes ago"}}
    answer = await world.workspace.submit_view(world.ana.id, view.id, values)
    await world.settled()

    assert answer.errors == {}
    async with world.running.scribe.database.read() as session:
        assert (await milestones(session, 1))["detected"].at == at("14:40")


async def test_time_that_flows_on_after_a_replay_is_the_commands_too(world: World) -> None:
    await world.open_here()
    world.at("14:30")
    world.workspace.clock.run()

    await world.command(world.ana, "/timeline add now Restarted")

    (event,) = await occurred(world)
    assert at("14:30") <= event < at("14:30") + timedelta(minutes=1)
