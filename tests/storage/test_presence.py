"""The record knows when nobody was there to hear."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.clock import Clock
from bot.jobs.presence import Presence
from storage import people, presence
from storage.database import Database
from storage.tables import Workspace
from tests.storage.conftest import NOON, TEAM

HALF_A_MINUTE = timedelta(seconds=30)


def workspace() -> Workspace:
    return Workspace(team_id=TEAM, name="Acme", url="https://acme.slack.com/", bot_user_id="UB", bot_id="BB")


async def beat(database: Database, minutes: float) -> None:
    async with database.write() as session:
        moment = NOON + timedelta(minutes=minutes)
        await presence.note_heard(session, TEAM, moment, absent_after=HALF_A_MINUTE)


async def absences(database: Database, since: float, until: float | None) -> list[tuple[float, float]]:
    async with database.read() as session:
        found = await presence.absences(
            session,
            TEAM,
            since=NOON + timedelta(minutes=since),
            until=None if until is None else NOON + timedelta(minutes=until),
        )
    return [((a.since - NOON) / timedelta(minutes=1), (a.until - NOON) / timedelta(minutes=1)) for a in found]


async def test_a_silence_longer_than_half_a_minute_was_an_absence(database: Database) -> None:
    async with database.write() as session:
        await people.keep_workspace(session, workspace())
    await beat(database, 0)
    await beat(database, 0.4)
    await beat(database, 7)
    await beat(database, 7.4)

    assert await absences(database, -60, None) == [(0.4, 7)]


async def test_the_first_time_is_no_absence_and_meeting_slack_again_forgets_nothing(
    database: Database,
) -> None:
    async with database.write() as session:
        await people.keep_workspace(session, workspace())
    await beat(database, 0)
    async with database.write() as session:
        await people.keep_workspace(session, workspace())
    await beat(database, 5)

    assert await absences(database, -60, None) == [(0, 5)]


async def test_only_absences_that_touch_a_time_are_found(database: Database) -> None:
    async with database.write() as session:
        await people.keep_workspace(session, workspace())
    for minutes in (0, 5, 5.4, 20):
        await beat(database, minutes)

    assert await absences(database, 6, 30) == [(5.4, 20)]
    assert await absences(database, 1, 5.2) == [(0, 5)]


async def heard(database: Database, *, is_connected: bool, follows_slack: bool = False) -> bool:
    """Whether Scribe notes that it is there."""

    async def connected() -> bool:
        return is_connected

    async with database.write() as session:
        await people.keep_workspace(session, workspace())
    await Presence(database, Clock(follows_slack=follows_slack), TEAM, connected).beat()
    async with database.read() as session:
        row = await session.get(Workspace, TEAM)
    return row is not None and row.heard_at is not None


async def test_only_who_is_connected_is_there(database: Database) -> None:
    assert not await heard(database, is_connected=False)
    assert await heard(database, is_connected=True)


async def test_a_clock_that_stands_between_events_tells_nothing(database: Database) -> None:
    assert not await heard(database, is_connected=True, follows_slack=True)


async def test_two_replicas_that_come_back_at_once_were_away_once(database: Database) -> None:
    async with database.write() as session:
        await people.keep_workspace(session, workspace())
    await beat(database, 0)

    await asyncio.gather(*(beat(database, 5) for _ in range(5)))

    assert await absences(database, -60, None) == [(0, 5)]
