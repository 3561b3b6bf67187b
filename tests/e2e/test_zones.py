"""A person's times are read in the zone they live in now: none is older than an hour, in any Scribe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select, update

from bot.app import start
from storage.tables import Person, TimelineEvent
from tests.e2e.conftest import TEN_PAST_TWO, World, settings_for


@pytest.fixture
def is_patient() -> bool:
    """Scribe gives up asking for a zone in one of these."""
    return False


async def an_hour_passes(world: World) -> None:
    """What every Scribe learned of people was learned an hour ago."""
    async with world.running.scribe.database.write() as session:
        earlier = datetime.now(UTC) - timedelta(hours=1)
        await session.exec(
            update(Person).where(col(Person.user_id) == world.ana.id).values(learned_at=earlier)
        )


async def occurred(world: World) -> list[datetime]:
    async with world.running.scribe.database.read() as session:
        found = await session.exec(select(TimelineEvent.occurred_at).order_by(col(TimelineEvent.number)))
        return list(found)


async def ana_moves(world: World, zone: str, *, is_heard: bool) -> None:
    if not is_heard:
        world.workspace.socket.lose()
    world.workspace.change_person(world.ana.id, tz=zone)
    await world.sandbox.settled()


async def test_a_move_that_was_heard_counts_at_once(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Restarted")
    await ana_moves(world, "Asia/Kolkata", is_heard=True)

    await world.command(world.ana, "/timeline add 19:36 Rolled back")

    assert await occurred(world) == [TEN_PAST_TWO.replace(minute=5), TEN_PAST_TWO.replace(minute=6)]


async def test_a_move_that_nobody_heard_counts_after_an_hour(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Restarted")
    await ana_moves(world, "Asia/Kolkata", is_heard=False)
    await an_hour_passes(world)

    await world.command(world.ana, "/timeline add 19:36 Rolled back")

    assert await occurred(world) == [TEN_PAST_TWO.replace(minute=5), TEN_PAST_TWO.replace(minute=6)]


async def test_an_old_zone_is_not_used_when_slack_does_not_say_the_new_one(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Restarted")
    await an_hour_passes(world)
    world.workspace.slow("users.info", 5)

    refused = await world.command(world.ana, "/timeline add 14:06 Rolled back")
    named = await world.command(world.ana, "/timeline add 14:07 UTC Rolled back")

    assert "Slack did not tell me your time zone in time, so nothing is recorded" in refused
    assert "On the timeline" in named
    world.workspace.slow("users.info", 0)


async def test_what_one_scribe_hears_of_a_move_every_scribe_knows(world: World, postgres_url: str) -> None:
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, postgres_url))
    await world.sandbox.wait_connected()
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Restarted")
    other = await start(settings_for(world.sandbox, postgres_url))
    try:
        assert str(await other.scribe.directory.zone(world.ana.id, other.scribe.settings.zone)) == "UTC"
        await world.running.scribe.directory.changed({"id": world.ana.id, "tz": "Asia/Kolkata"})

        known = await other.scribe.directory.zone(world.ana.id, other.scribe.settings.zone)
    finally:
        await other.stop()

    assert str(known) == "Asia/Kolkata"
