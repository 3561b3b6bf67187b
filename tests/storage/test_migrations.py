"""The schema comes up whole or not at all, once, whoever starts at the same time."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem
from sqlmodel import SQLModel

import storage.alert_tables
import storage.audit_tables
import storage.deploy_tables
import storage.import_tables
import storage.installation_tables
import storage.page_tables
import storage.postmortem_tables
import storage.replica_tables
import storage.status_page_tables
import storage.surface_tables
import storage.tables
import storage.ticket_tables
from storage import incidents
from storage.database import Database, DatabaseUnavailable
from storage.migrate import MIGRATIONS
from tests.conftest import new_database
from tests.storage.conftest import TEAM, incident


@pytest.fixture
def sqlite_url(database_file: Path) -> str:
    """No file yet."""
    return f"sqlite:///{database_file}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """A database without a schema."""
    with new_database(postgres, "template1") as url:
        yield url


OPEN = """
import asyncio, sys
from storage.database import Database, DatabaseUnavailable

async def work():
    database = Database(sys.argv[1])
    await database.open()
    await database.close()

asyncio.run(work())
"""

DIE_HALF_WAY = """
import os, signal
from sqlalchemy import Engine, event

seen = []

@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, *rest):
    seen.append(statement)
    if sum("CREATE TABLE" in one for one in seen) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def start(script: str, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", script, url], cwd=MIGRATIONS.parents[1])


FULL_TEXT = "search_words"
"""SQLite's own tables of the full-text index, which no model describes."""


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found if not name.startswith(FULL_TEXT)}


def is_described(thing: SchemaItem, name: str | None, kind: str, is_in_database: bool, *_: object) -> bool:
    """Leaves out what a database makes for its full-text index by itself."""
    is_made = name == "words" if kind == "column" else (name or "").startswith((FULL_TEXT, "search_entry_"))
    return not (is_made and is_in_database)


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection,
        opts={"compare_type": True, "compare_server_default": True, "include_object": is_described},
    )
    return list(compare_metadata(context, SQLModel.metadata))


async def test_the_migrations_make_the_tables_the_code_knows(database: Database) -> None:
    async with database.write() as session:
        connection = await session.connection()
        assert await connection.run_sync(differences) == []


async def test_a_table_that_no_migration_makes_would_be_noticed(database: Database) -> None:
    async with database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("DROP TABLE mark")
        found = await connection.run_sync(differences)
        await session.rollback()

    assert "add_table" in [str(change[0]) for change in found if isinstance(change, tuple)]


def test_the_migrations_are_one_line_without_a_fork() -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


async def test_opening_again_changes_nothing(database: Database, database_url: str) -> None:
    async with database.write() as session:
        session.add(incident())

    again = Database(database_url)
    await again.open()

    async with again.read() as session:
        assert len(await incidents.newest(session, TEAM, limit=5)) == 1
    await again.close()


async def test_two_that_open_a_new_database_at_once_both_find_it_ready(database_url: str) -> None:
    both = [Database(database_url), Database(database_url)]

    await asyncio.gather(*(database.open() for database in both))

    for number, database in enumerate(both, start=1):
        async with database.write() as session:
            session.add(incident(number, channel_id=f"C{number}"))
    for database in both:
        await database.close()


def test_three_processes_that_open_a_new_file_at_once_all_find_it_ready(
    sqlite_url: str, database_file: Path
) -> None:
    started = [start(OPEN, sqlite_url) for _ in range(3)]

    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    assert "timeline_event" in tables(database_file)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process half-way")
async def test_a_migration_killed_half_way_leaves_nothing_behind(
    sqlite_url: str, database_file: Path
) -> None:
    killed = await asyncio.to_thread(start(DIE_HALF_WAY + OPEN, sqlite_url).wait, 60)
    assert killed == -signal.SIGKILL

    assert tables(database_file) == set()

    database = Database(sqlite_url)
    await database.open()
    await database.close()
    assert tables(database_file) == {table.name for table in SQLModel.metadata.sorted_tables} | {
        "alembic_version"
    }


def test_every_table_is_one_of_storages() -> None:
    assert {table.name for table in SQLModel.metadata.sorted_tables} == {
        str(model.__tablename__)
        for of_a_kind in (
            storage.tables,
            storage.postmortem_tables,
            storage.alert_tables,
            storage.audit_tables,
            storage.deploy_tables,
            storage.installation_tables,
            storage.import_tables,
            storage.page_tables,
            storage.replica_tables,
            storage.status_page_tables,
            storage.surface_tables,
            storage.ticket_tables,
        )
        for model in vars(of_a_kind).values()
        if isinstance(model, type) and issubclass(model, SQLModel) and hasattr(model, "__table__")
    }


async def test_a_record_of_a_newer_scribe_is_left_alone_and_said_in_one_sentence(database_url: str) -> None:
    database = Database(database_url)
    await database.open()
    async with database.write() as session:
        await (await session.connection()).exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        await (await session.connection()).exec_driver_sql("UPDATE schema_floor SET works_from = '9999'")

    with pytest.raises(DatabaseUnavailable) as problem:
        await database.open()

    assert "written by a newer Scribe" in str(problem.value)
    assert "9999" in str(problem.value)
    assert "update Scribe" in str(problem.value)
    assert "\n" not in str(problem.value)
    async with database.read() as session:
        found = await (await session.connection()).exec_driver_sql("SELECT version_num FROM alembic_version")
        assert found.scalar_one() == "9999"
    await database.close()


def test_a_migration_file_begins_with_its_revision() -> None:
    """So that a start sees from the names alone whether the schema is up to date."""
    scripts = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())

    assert scripts
    assert all(Path(script.path).name.startswith(f"{script.revision}_") for script in scripts)
