"""The draft says when Scribe was away, and what it read of that time afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.app import start
from storage.tables import Absence, Incident, Workspace
from tests.e2e.conftest import RATE_SCALE, World, settings_for
from tests.quiet import Sandbox
from tests.until import until

LONG = timedelta(minutes=7)
EVER = datetime.min.replace(tzinfo=UTC)


@pytest.fixture
async def today(database_url: str) -> AsyncIterator[World]:
    """A workspace in the present, since only a clock that runs can tell how long nobody was there."""
    async with Sandbox(rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="UTC")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        settings = settings_for(sandbox, database_url).model_copy(update={"scribe_clock": "system"})
        running = await start(settings)
        await sandbox.wait_connected()
        made = World(sandbox, running, ana, ben, channel)
        try:
            yield made
        finally:
            await made.running.stop()


async def noticed(world: World, since: datetime) -> None:
    """Wait until Scribe noted after `since` that it is connected."""

    async def is_noted() -> bool:
        async with world.running.scribe.database.read() as session:
            row = (await session.exec(select(Workspace))).one()
        return row.heard_at is not None and row.heard_at >= since

    await until(is_noted)


async def come_back_after(world: World, silence: timedelta) -> tuple[datetime, datetime, datetime]:
    """Scribe stops; as far as the record knows that was `silence` ago; and it starts again.

    Returns when it was last heard of as far as the record knows, when it was started, and when it was seen.
    """
    await noticed(world, EVER)
    await world.running.stop()
    database = world.running.scribe.database
    await database.open()
    async with database.write() as session:
        row = (await session.exec(select(Workspace))).one()
        row.heard_at = heard_at = datetime.now(UTC) - silence
        incident = (await session.exec(select(Incident))).one()
        incident.declared_at -= LONG * 2
        session.add_all([row, incident])
    await database.close()
    world.workspace.socket.lose(1)
    world.workspace.say(world.ana.id, world.channel.id, "Nobody heard this.")
    started_at = datetime.now(UTC)
    world.running = await start(world.running.scribe.settings)
    await world.sandbox.wait_connected()
    await noticed(world, started_at)
    await world.settled()
    return heard_at, started_at, datetime.now(UTC)


async def absences(world: World) -> list[Absence]:
    async with world.running.scribe.database.read() as session:
        return list((await session.exec(select(Absence))).all())


async def test_minutes_without_scribe_are_in_the_draft_with_what_was_read_of_them(today: World) -> None:
    await today.command(today.ana, "/incident start here Checkout is down")

    heard_at, started_at, seen_at = await come_back_after(today, LONG)

    (away,) = await absences(today)
    assert away.since == heard_at
    assert started_at <= away.until <= seen_at
    await today.command(today.ana, "/resolve")
    since, until = (f"{moment:%H:%M}" for moment in (away.since, away.until))
    if away.since.date() == away.until.date():  # else the draft names the days, too
        assert f"Scribe was away {since} UTC to {until} UTC, 1 message recovered" in today.canvas()


async def test_a_restart_is_no_absence(today: World) -> None:
    await today.command(today.ana, "/incident start here Checkout is down")

    await come_back_after(today, timedelta(seconds=5))

    assert await absences(today) == []
    await today.command(today.ana, "/resolve")
    assert "Scribe was away" not in today.canvas()
