"""Replicas keep to Slack's limits together, and alone where their table cannot be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.slack.limits import Limit, Limits
from bot.slack.pacing import Pace, urgency
from storage.database import Database
from storage.outbox import LEISURELY, URGENT

TEAM, METHOD = "T1", "reactions.add"
LIMITS = Limits({METHOD: Limit(4), "chat.postMessage": Limit(50, per_second_in_a_channel=1)}, Limit(50))


class TurnedAway(Exception):
    """The process is about to end."""


@asynccontextmanager
async def replica(url: str, *, scale: float = 1.0) -> AsyncIterator[tuple[Database, Pace]]:
    database = Database(url)
    pace = Pace(LIMITS, scale)
    pace.share(database, TEAM)
    try:
        yield database, pace
    finally:
        if pace.shared:
            await pace.shared.close()
        await database.close()


SOON = 10.0
"""Seconds in which a place that is free is had on the busiest machine; no other is left by then."""


async def takes(pace: Pace, method: str = METHOD, channel: str | None = None, *, within: float = 0.5) -> bool:
    """Whether a place is had before others would have to leave theirs."""
    asking = asyncio.create_task(pace.take(method, channel))
    done, _ = await asyncio.wait({asking}, timeout=within)
    if not done:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    return bool(done)


async def test_what_one_replica_called_is_not_there_for_another(postgres_url: str) -> None:
    async with replica(postgres_url) as (_, one), replica(postgres_url) as (_, other):
        places = [
            await one.take(METHOD),
            await one.take(METHOD),
            await other.take(METHOD),
            await one.take(METHOD),
        ]

        assert not await takes(other)
        assert await takes(other, "users.info", within=SOON)

        places[0].leave()  # no call was made
        places[1].is_used = True
        places[1].leave()
        late = await other.take(METHOD)
        assert late.has_waited or late is not None
        assert not await takes(one)


async def test_a_restart_knows_what_was_called_before_it(postgres_url: str) -> None:
    async with replica(postgres_url) as (_, before):
        for _ in range(4):
            place = await before.take(METHOD)
            place.is_used = True
            place.leave()

    async with replica(postgres_url) as (_, after):
        assert not await takes(after)


async def test_everybody_goes_on_when_the_minute_is_over(postgres_url: str) -> None:
    """At 600 times Slack's pace: a minute is a tenth of a second."""
    made = 0

    async def call(pace: Pace) -> None:
        nonlocal made
        place = await pace.take(METHOD)
        place.is_used = True
        made += 1
        place.leave()

    async with replica(postgres_url, scale=600) as (_, one), replica(postgres_url, scale=600) as (_, other):
        await asyncio.gather(*(call(pace) for pace in (one, other) * 10))

    assert made == 20


async def test_the_last_place_is_for_who_is_waited_for_on_whichever_replica(postgres_url: str) -> None:
    many = Limits({METHOD: Limit(10)}, Limit(50))
    databases = [Database(postgres_url) for _ in range(2)]
    paces = [Pace(many) for _ in databases]
    for database, pace in zip(databases, paces, strict=True):
        pace.share(database, TEAM)
    token = urgency.set(LEISURELY)
    for number in range(9):
        await paces[number % 2].take(METHOD)
    assert not await takes(paces[0])
    urgency.reset(token)

    assert urgency.get() == URGENT
    assert await takes(paces[1], within=SOON)
    for database, pace in zip(databases, paces, strict=True):
        assert pace.shared
        await pace.shared.close()
        await database.close()


async def test_a_channel_is_paced_for_all_replicas(postgres_url: str) -> None:
    async with replica(postgres_url) as (_, one), replica(postgres_url) as (_, other):
        await one.take("chat.postMessage", "C1")

        assert not await takes(other, "chat.postMessage", "C1")
        assert await takes(other, "chat.postMessage", "C2")


async def test_a_pause_of_one_replica_is_kept_by_the_other(postgres_url: str) -> None:
    async with replica(postgres_url) as (_, one), replica(postgres_url) as (_, other):
        one.pause(METHOD, 30)
        await one.shared.close()  # type: ignore[union-attr]  # what it has to say is said by then

        assert not await takes(other)


async def test_a_replica_paces_itself_where_the_table_cannot_be_asked(postgres_url: str) -> None:
    async with replica(postgres_url) as (database, pace):
        async with database.write() as session:
            await (await session.connection()).execute(text("DROP TABLE call_place"))

        assert [await takes(pace, within=SOON) for _ in range(4)] == [True] * 4
        assert not await takes(pace)


async def test_who_waits_for_others_is_turned_away_by_a_stop(postgres_url: str) -> None:
    async with replica(postgres_url) as (_, one), replica(postgres_url) as (_, other):
        for _ in range(4):
            await one.take(METHOD)
        waiting = asyncio.create_task(other.take(METHOD))
        await asyncio.sleep(0.1)

        other.turn_away(TurnedAway)

        with pytest.raises(TurnedAway):
            await waiting


async def test_sqlite_has_one_process_that_paces_itself(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    pace = Pace(LIMITS)
    pace.share(database, TEAM)

    assert pace.shared is None
    await database.close()
