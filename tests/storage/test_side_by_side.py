"""An old Scribe goes on working on the schema of a new one, so that replicas may be replaced one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect
from sqlmodel import select

from storage import incidents
from storage.address import read_address
from storage.database import Database, DatabaseUnavailable
from storage.migrate import FLOOR, MIGRATIONS
from tests.conftest import new_database
from tests.storage.conftest import TEAM, incident

FIRST_WITH_A_FLOOR = "0014"
SCRIPTS = sorted(ScriptDirectory(str(MIGRATIONS)).walk_revisions(), key=lambda script: script.revision)
NEWEST = SCRIPTS[-1].revision
LATER = [script for script in SCRIPTS if script.revision >= FIRST_WITH_A_FLOOR]


@dataclass(frozen=True)
class Shape:
    """A table as a Scribe that reads and writes it knows it."""

    columns: dict[str, tuple[str, bool]]
    """Their types, and whether a row must name them: neither null nor a default serves."""
    limits: frozenset[str]
    """What rows must keep to: keys that are unique, rows that must exist elsewhere, checks."""


def shapes(connection: Connection) -> dict[str, Shape]:
    found, inspector = {}, inspect(connection)
    for table in inspector.get_table_names():
        columns = {
            column["name"]: (
                str(column["type"]),
                not column["nullable"]
                and column["default"] is None
                and column.get("autoincrement") is not True,
            )
            for column in inspector.get_columns(table)
        }
        limits = {f"unique {sorted(one['column_names'])}" for one in inspector.get_unique_constraints(table)}
        limits |= {
            f"unique {sorted(name or '' for name in one['column_names'])}"
            for one in inspector.get_indexes(table)
            if one["unique"]
        }
        limits |= {f"refers {one['constrained_columns']}" for one in inspector.get_foreign_keys(table)}
        limits |= {f"check {one['sqltext']}" for one in inspector.get_check_constraints(table)}
        found[table] = Shape(columns, frozenset(limits))
    return found


def breaks(old: dict[str, Shape], new: dict[str, Shape]) -> list[str]:
    """What of a new schema a Scribe that knows only the old one would stumble over."""
    found = []
    for table, before in old.items():
        after = new.get(table)
        if after is None:
            found.append(f"{table} is gone")
            continue
        found += [f"{table}.{name} is gone" for name in before.columns.keys() - after.columns.keys()]
        found += [f"{table} must now keep to: {limit}" for limit in after.limits - before.limits]
        for name, (kind, is_needed) in after.columns.items():
            if name not in before.columns:
                found += [f"{table}.{name} must be given"] if is_needed else []
            elif before.columns[name][0] != kind:
                found.append(f"{table}.{name} is another type")
            elif is_needed and not before.columns[name][1]:
                found.append(f"{table}.{name} must now be given")
    return sorted(found)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    address = read_address(url)
    if address.get_backend_name() == "sqlite":
        address = address.set(drivername="sqlite")
    engine = create_engine(address)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def to_revision(connection: Connection, revision: str) -> dict[str, Shape]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    return shapes(connection)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with new_database(request.getfixturevalue("postgres"), "template1") as url:
        yield url


@pytest.mark.parametrize("script", LATER, ids=[script.revision for script in LATER])
def test_a_migration_says_which_scribe_may_work_beside_it(script: Script) -> None:
    works_from = script.module.works_from

    assert "0013" <= works_from <= script.revision
    assert works_from == script.revision or script.down_revision >= works_from


@pytest.mark.one_in(2)
def test_what_a_migration_says_of_older_scribes_is_so(empty_url: str) -> None:
    with connected(empty_url) as connection:
        known = {script.revision: to_revision(connection, script.revision) for script in SCRIPTS}

    for script in LATER:
        for older in (one for one in known if script.module.works_from <= one < script.revision):
            assert breaks(known[older], known[script.revision]) == [], f"{script.revision} beside {older}"


CHANGES = {
    "ALTER TABLE mark RENAME TO marks": "mark is gone",
    "ALTER TABLE message DROP COLUMN edited_by": "message.edited_by is gone",
    "ALTER TABLE message RENAME COLUMN edited_by TO changed_by": "message.edited_by is gone",
    "CREATE UNIQUE INDEX one ON message (user_id)": "message must now keep to: unique ['user_id']",
    "ALTER TABLE person ADD COLUMN age INTEGER NOT NULL": "person.age must be given",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_an_older_scribe_would_stumble_over_is_noticed(postgres_url: str, change: str) -> None:
    with connected(postgres_url) as connection:
        before = shapes(connection)
        connection.exec_driver_sql(change)
        assert breaks(before, shapes(connection)) == [CHANGES[change]]


def test_what_is_added_beside_disturbs_no_older_scribe(postgres_url: str) -> None:
    with connected(postgres_url) as connection:
        before = shapes(connection)
        for change in (
            "CREATE TABLE later (id INTEGER PRIMARY KEY)",
            "ALTER TABLE person ADD COLUMN nickname VARCHAR",
            "ALTER TABLE person ADD COLUMN is_away BOOLEAN NOT NULL DEFAULT false",
            "CREATE INDEX by_name ON person (name)",
            "ALTER TABLE message ALTER COLUMN version_ts DROP NOT NULL",
        ):
            connection.exec_driver_sql(change)
        assert breaks(before, shapes(connection)) == []


async def _as_a_newer_scribe_left_it(database: Database, works_from: str) -> None:
    async with database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE incident ADD COLUMN mood VARCHAR")
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        await connection.exec_driver_sql(f"UPDATE schema_floor SET works_from = '{works_from}'")


async def test_an_old_scribe_starts_and_works_on_a_newer_schema_that_allows_it(database: Database) -> None:
    await _as_a_newer_scribe_left_it(database, works_from=NEWEST)

    await database.open()
    async with database.write() as session:
        session.add(incident())

    async with database.read() as session:
        assert len(await incidents.newest(session, TEAM, limit=5)) == 1
        version = await (await session.connection()).exec_driver_sql(
            "SELECT version_num FROM alembic_version"
        )
        assert version.scalar_one() == "9999"  # and leaves the schema as it is


async def test_an_old_scribe_does_not_start_on_a_newer_schema_that_forbids_it(database: Database) -> None:
    await _as_a_newer_scribe_left_it(database, works_from="9999")

    with pytest.raises(DatabaseUnavailable, match="written by a newer Scribe"):
        await database.open()


async def test_the_schema_says_which_scribe_may_work_with_it(database: Database) -> None:
    async with database.read() as session:
        kept: Any = await session.exec(select(FLOOR.c.works_from))

    assert list(kept) == [max(script.module.works_from for script in LATER)]


async def test_a_migration_waits_for_a_table_in_use_and_keeps_nobody_else_waiting_long(postgres: str) -> None:
    with new_database(postgres, "template1") as url:
        with connected(url) as connection:
            to_revision(connection, "0012")
        somebody = psycopg.connect(url)
        somebody.execute("LOCK TABLE incident IN ACCESS SHARE MODE")  # as a backup does
        database = Database(url)
        opening = asyncio.create_task(database.open())
        await asyncio.sleep(0.5)
        with psycopg.connect(url, autocommit=True) as another:
            # while the migration waits for the table, this waits behind it, and then goes on
            await asyncio.to_thread(another.execute, "SET lock_timeout = 1500")
            await asyncio.to_thread(another.execute, "SELECT count(*) FROM incident")
        assert not opening.done()
        somebody.rollback()
        somebody.close()
        await opening
        await database.close()
