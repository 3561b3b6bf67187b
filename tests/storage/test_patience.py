"""No wait for PostgreSQL is without an end, whoever keeps it waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage import database as database_module
from storage.database import Database, DatabaseSilent, DatabaseUnavailable, somebody_waits
from storage.migrate import LOCK
from storage.patience import FOR_BATCHES, FOR_OTHERS, FOR_PEOPLE, IDLE_IN_TRANSACTION, Patience
from storage.trouble import had_broken, is_away, is_locked, was_rolled_back
from tests.e2e.test_silent_server import line_to
from tests.storage.conftest import opened

HOLD = "SELECT pg_advisory_xact_lock(7)"


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    async with opened(postgres_url) as database:
        yield database


def limits(connection: Connection) -> Patience:
    idle = connection.exec_driver_sql(
        "SELECT setting FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'"
    ).scalar_one()
    assert int(idle) == IDLE_IN_TRANSACTION * 1000
    names = ("lock_timeout", "statement_timeout")
    found = connection.execute(
        text("SELECT name, setting::int FROM pg_settings WHERE name = ANY(:names)"), {"names": list(names)}
    )
    seconds = {name: milliseconds / 1000 for name, milliseconds in found}
    return Patience(lock=seconds["lock_timeout"], statement=seconds["statement_timeout"])


async def test_every_connection_has_its_limits(database: Database) -> None:
    found = [await database.write_batch(limits), await database.write_batch(limits, is_aside=True)]
    for is_urgent in (False, True):
        somebody_waits.set(is_urgent)
        for transaction in (database.read, database.write):
            async with transaction() as session:
                found.append(await (await session.connection()).run_sync(limits))

    assert found == [FOR_BATCHES, FOR_BATCHES, FOR_OTHERS, FOR_OTHERS, FOR_PEOPLE, FOR_PEOPLE]


@pytest.mark.parametrize("goes_on", ["with another statement", "with its commit"])
async def test_a_transaction_left_open_is_ended_with_its_locks(
    database: Database, postgres_url: str, goes_on: str
) -> None:
    """As of a process that was stopped in the middle of one."""
    with pytest.raises(DBAPIError) as raised:
        async with database.write() as left:
            await left.exec(text(HOLD))  # type: ignore[call-overload]
            with psycopg.connect(postgres_url) as another:
                await asyncio.to_thread(another.execute, HOLD)  # waits until the server ended it
            if goes_on == "with another statement":
                await left.exec(text("SELECT 1"))  # type: ignore[call-overload]

    assert is_away(raised.value)
    assert had_broken(raised.value)  # so that a command is done again
    assert was_rolled_back(raised.value)  # and its person is in no doubt


async def test_a_lock_somebody_holds_is_waited_for_no_longer_than_a_person_waits(
    database: Database, postgres_url: str
) -> None:
    somebody_waits.set(True)
    with psycopg.connect(postgres_url) as somebody:
        somebody.execute(HOLD)

        with pytest.raises(OperationalError) as raised:
            async with database.write() as session:
                await session.exec(text(HOLD))  # type: ignore[call-overload]

    assert is_locked(raised.value)
    assert is_away(raised.value)


async def test_a_start_beside_one_that_migrates_and_hangs_says_so(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.migrate.FOR_MIGRATIONS", Patience(lock=0.2, statement=5.0))
    with ExitStack() as stack:
        hung = stack.enter_context(psycopg.connect(postgres_url))
        hung.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        database = Database(postgres_url)

        with pytest.raises(DatabaseUnavailable, match="Another Scribe has been bringing this database"):
            await database.open()

        await database.close()


async def test_a_server_that_says_nothing_any_more_is_given_up(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(connection: Connection) -> int:
        return int(connection.exec_driver_sql("SELECT 1").scalar_one())

    async with line_to(postgres_url) as (line, url), opened(url) as database:
        assert await database.write_batch(ask) == 1
        line.fall_silent()
        for name in ("TRANSACTION_WITHIN", "BATCH_WITHIN"):
            monkeypatch.setattr(database_module, name, 0.5)

        with pytest.raises(DatabaseSilent, match="did not answer"):
            async with database.read() as session:
                await session.exec(text("SELECT 1"))  # type: ignore[call-overload]
        with pytest.raises(OperationalError) as raised:
            await database.write_batch(ask)
        assert is_away(raised.value)

        line.speak()
        monkeypatch.undo()
        assert await database.write_batch(ask) == 1
