"""A wall clock that jumps is no absence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from bot.clock import Clock
from bot.jobs.presence import Presence
from storage import people
from storage.database import Database
from storage.tables import Absence, Workspace

NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)


class SetClock(Clock):
    """Says what it is told."""

    at = NOON

    def now(self) -> datetime:
        return self.at


async def connected() -> bool:
    return True


async def absences(database: Database) -> list[Absence]:
    async with database.read() as session:
        return list((await session.exec(select(Absence))).all())


async def test_a_jump_of_the_wall_clock_is_no_absence_and_a_restart_after_an_hour_is(
    database_url: str,
) -> None:
    database = Database(database_url)
    await database.open()
    async with database.write() as session:
        workspace = Workspace(team_id="T1", name="Acme", url="https://x/", bot_user_id="UB", bot_id="BB")
        await people.keep_workspace(session, workspace)
    clock = SetClock()
    presence = Presence(database, clock, "T1", connected)
    await presence.beat()

    clock.at += timedelta(hours=1)
    await presence.beat()
    assert await absences(database) == []

    clock.at += timedelta(hours=1)
    await Presence(database, clock, "T1", connected).beat()
    assert [one.until - one.since for one in await absences(database)] == [timedelta(hours=1)]
    await database.close()
