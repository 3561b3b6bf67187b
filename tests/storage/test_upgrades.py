"""A record of any earlier Scribe, with rows in every table, is brought up to date and nothing is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, select
from sqlmodel import SQLModel

from storage.database import Database
from storage.migrate import MIGRATIONS, migrate, revision_of
from tests.conftest import new_database
from tests.storage.filled import ROWS, fill, tables_in

MADE_AGAIN = {"canvas_reading": "0010", "draft.written": "0010"}
"""Tables and columns that a migration empties, since what they hold is made again."""
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'scribe.db'}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    with new_database(postgres, "template1") as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Without a schema."""
    database = Database(database_url)
    yield database
    await database.close()


def found_in(connection: Connection, table: Table) -> list[Mapping[str, Any]]:
    return [row._asdict() for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


@pytest.mark.one_in(13)
@pytest.mark.parametrize("revision", REVISIONS[:-1])
async def test_a_record_of_an_earlier_scribe_keeps_its_rows(database: Database, revision: str) -> None:
    before: dict[str, tuple[Table, list[Mapping[str, Any]]]] = {}

    def as_it_was(connection: Connection) -> None:
        migrate(connection, revision)
        fill(connection)
        for table in tables_in(connection):
            before[table.name] = table, found_in(connection, table)

    async with database.write() as session:
        await (await session.connection()).run_sync(as_it_was)
    assert (await database.schema()).revision == revision

    await database.open()

    def is_emptied(what: str) -> bool:
        return revision < MADE_AGAIN.get(what, revision)

    def check(connection: Connection) -> None:
        assert revision_of(connection) == REVISIONS[-1]
        now = MetaData()
        now.reflect(connection)
        for name, (table, rows) in before.items():
            if is_emptied(name):
                continue
            columns = now.tables[name].columns
            kept = [one.name for one in table.columns if one.name in columns and not is_emptied(str(one))]
            stands = found_in(connection, now.tables[name])
            assert len(rows) == ROWS
            assert [[row[one] for one in kept] for row in stands] == [
                [row[one] for one in kept] for row in rows
            ], name
        for table in SQLModel.metadata.sorted_tables:
            connection.execute(select(table)).all()  # each value is one that this Scribe understands

    async with database.read() as session:
        await (await session.connection()).run_sync(check)
    assert (await database.schema()).missing == []
