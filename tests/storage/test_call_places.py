"""Replicas together take no more places than Slack has, whichever of them dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from storage import call_places
from storage.call_places import HELD_FOR, Pacing, Taken
from storage.database import Database
from tests.storage.conftest import TEAM, opened

METHOD = "reactions.add"
THREE = Pacing(places=3, window=60.0)
ONE_EACH = Pacing(places=10, window=60.0, in_channel=1)


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    async with opened(postgres_url) as database:
        yield database


async def take(
    database: Database,
    pacing: Pacing = THREE,
    *,
    team: str = TEAM,
    method: str = METHOD,
    channel: str | None = None,
    kept: int = 0,
) -> Taken:
    async with database.write() as session:
        return await call_places.take(session, team, method, channel, pacing, kept=kept)


async def settle(database: Database, *ended: tuple[int | None, float]) -> None:
    async with database.write() as session:
        await call_places.settle(session, [(place_id or 0, ago) for place_id, ago in ended], [])


async def let_pass(database: Database, seconds: float) -> None:
    """As if all that was noted had been noted so much earlier."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.execute(
            text("UPDATE call_place SET ended_at = ended_at - make_interval(secs => :seconds)"),
            {"seconds": seconds},
        )


async def test_no_more_places_are_taken_than_there_are(database: Database) -> None:
    taken = [await take(database) for _ in range(4)]

    assert [one.place_id is not None for one in taken] == [True, True, True, False]
    assert taken[3].after > 0


async def test_two_replicas_that_ask_at_once_share_them(database: Database, postgres_url: str) -> None:
    async with opened(postgres_url) as replica:
        asked = [take(where, Pacing(7, 60.0)) for where in (database, replica) * 8]
        taken = await asyncio.gather(*asked)

    given = [one.place_id for one in taken if one.place_id is not None]
    assert len(given) == len(set(given)) == 7


async def test_a_place_is_free_a_window_after_its_call_ended(database: Database) -> None:
    first, second, _ = [await take(database) for _ in range(3)]
    await settle(database, (first.place_id, 59.0), (second.place_id, 10.0))

    waiting = await take(database)
    assert waiting.place_id is None
    assert 0 < waiting.after <= 1.0

    await let_pass(database, 1.0)
    assert (await take(database)).place_id is not None
    assert (await take(database)).place_id is None


async def test_a_place_without_a_call_is_free_at_once(database: Database) -> None:
    taken = [await take(database) for _ in range(3)]
    async with database.write() as session:
        await call_places.settle(session, [], [one.place_id or 0 for one in taken])

    assert (await take(database)).place_id is not None


async def test_what_a_replica_that_died_may_have_called_counts_until_slack_forgets_it(
    database: Database,
) -> None:
    for _ in range(3):
        await take(database)  # and nothing was ever heard of them again

    await let_pass(database, HELD_FOR + 59.0)
    assert (await take(database)).place_id is None

    await let_pass(database, 1.0)
    assert (await take(database)).place_id is not None
    async with database.read() as session:
        connection = await session.connection()
        left = await connection.execute(text("SELECT count(*) FROM call_place"))
        assert left.scalar_one() == 1  # what counts no more is not kept


async def test_a_call_that_takes_long_keeps_its_place(database: Database) -> None:
    taken = [await take(database) for _ in range(3)]
    await let_pass(database, HELD_FOR + 30.0)
    async with database.write() as session:
        await call_places.settle(session, [], [], [one.place_id or 0 for one in taken])

    await let_pass(database, 59.0)
    assert (await take(database)).place_id is None


async def test_the_last_places_are_kept_for_the_urgent(database: Database) -> None:
    assert [(await take(database, kept=1)).place_id is not None for _ in range(3)] == [True, True, False]
    assert (await take(database)).place_id is not None


async def test_a_channel_has_places_of_its_own(database: Database) -> None:
    first = await take(database, ONE_EACH, channel="C1")
    assert first.place_id is not None
    assert (await take(database, ONE_EACH, channel="C1")).place_id is None
    assert (await take(database, ONE_EACH, channel="C2")).place_id is not None

    await settle(database, (first.place_id, 1.0))
    assert (await take(database, ONE_EACH, channel="C1")).place_id is not None


async def test_other_methods_and_workspaces_are_paced_for_themselves(database: Database) -> None:
    for _ in range(3):
        await take(database)

    assert (await take(database, method="chat.update")).place_id is not None
    assert (await take(database, team="T2")).place_id is not None


async def test_a_pause_is_kept_by_all_and_ends(database: Database) -> None:
    async with database.write() as session:
        await call_places.pause(session, TEAM, METHOD, THREE, 30.0)

    paused = await take(database)
    assert paused.place_id is None
    assert 29.0 < paused.after <= 30.0

    await let_pass(database, 30.0)
    assert (await take(database)).place_id is not None
