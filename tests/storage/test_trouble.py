"""Whether a failure is the database's being away, which passes, or somebody's own fault."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from storage import outbox
from storage.database import Database
from storage.outbox import NewIntent
from storage.trouble import is_away
from storage.vocabulary import IntentName
from tests.storage.conftest import NOON, opened


async def raised_by_writing(database: Database, key: str = "invite:1") -> Exception:
    with pytest.raises(DBAPIError) as raised:
        async with database.write() as session:
            await outbox.ask(session, [NewIntent(IntentName.INVITE, key, "lane")], asked_at=NOON)
    return raised.value


async def test_a_server_that_another_took_over_from_is_away(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {server.info.dbname} SET default_transaction_read_only = on")
    async with opened(postgres_url) as database:
        assert is_away(await raised_by_writing(database))


async def test_a_server_nobody_answers_at_is_away() -> None:
    database = Database("postgresql://scribe@127.0.0.1:9/scribe")

    assert is_away(await raised_by_writing(database))

    await database.close()


async def test_a_value_too_large_for_the_database_is_a_fault(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        assert not is_away(await raised_by_writing(database, "".join(map(str, range(20_000)))))


def test_a_dead_line_is_away_and_a_missing_file_a_fault() -> None:
    assert is_away(ConnectionResetError())
    assert is_away(TimeoutError())
    with pytest.raises(FileNotFoundError) as raised:
        open("/nowhere/at/all")  # noqa: PTH123, SIM115
    assert not is_away(raised.value)
