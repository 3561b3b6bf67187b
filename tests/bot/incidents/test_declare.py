"""Declaring: one person opens only so many incidents within a minute, whichever Scribe they reach."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.incidents.declare import MOST_WITHIN, Declaration, declare
from bot.incidents.errors import TooManyDeclared
from storage.database import Database

NOW = datetime(2023, 9, 13, 15, 30, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


async def declared(
    database: Database, now: datetime, *, by: str = "U0ANA", team: str = "T1", title: str = "Checkout is down"
) -> int:
    async with database.write() as session:
        declaration = Declaration(team, "C1", "general", by, title, is_here=False)
        return (await declare(session, declaration, now=now, prefix="inc-")).number


async def test_of_many_at_once_on_two_scribes_only_so_many_are_opened(
    database: Database, database_url: str
) -> None:
    replica = Database(database_url)
    await replica.open()
    try:
        found = await asyncio.gather(
            *(declared(where, NOW) for where in [database, replica] * 12), return_exceptions=True
        )
    finally:
        await replica.close()

    assert sorted(one for one in found if isinstance(one, int)) == list(range(1, MOST_WITHIN + 1))
    assert sum(isinstance(one, TooManyDeclared) for one in found) == 24 - MOST_WITHIN


async def test_it_is_said_how_long_to_wait_and_nothing_is_lost_and_then_it_works(database: Database) -> None:
    for second in range(MOST_WITHIN):
        await declared(database, NOW + timedelta(seconds=second))

    with pytest.raises(TooManyDeclared) as refusal:
        await declared(database, NOW + timedelta(seconds=20), title="The sixth")

    assert "has to wait 40 s" in refusal.value.sentence
    assert "The sixth" in refusal.value.sentence
    assert await declared(database, NOW + timedelta(seconds=60)) == MOST_WITHIN + 1


async def test_everybody_is_counted_for_themselves_in_their_workspace(database: Database) -> None:
    for _ in range(MOST_WITHIN):
        await declared(database, NOW)

    assert await declared(database, NOW, by="U0BEN") == MOST_WITHIN + 1
    assert await declared(database, NOW, team="T2") == 1
