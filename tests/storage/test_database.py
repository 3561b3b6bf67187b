"""Transactions: whole or not at all, one writer at a time, and readers see one moment."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import incidents, outbox
from storage.database import Database, DatabaseUnavailable
from storage.outbox import NewIntent
from storage.tables import Incident, Milestone
from tests.storage.conftest import NOON, TEAM, incident


class Trouble(Exception):
    """Something that goes wrong in the middle of a transaction."""


async def count(session: AsyncSession) -> int:
    return (await session.exec(select(func.count(col(Incident.id))))).one()


def test_a_file_that_cannot_be_opened_leaves_no_thread_that_answers_a_closed_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uncaught: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", uncaught.append)

    async def refused() -> None:
        database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'scribe.db'}")
        with pytest.raises(DatabaseUnavailable, match="unable to open database file"):
            await database.open()
        await database.close()
        assert [thread.name for thread in threading.enumerate() if "worker_thread" in thread.name] == []

    for _ in range(20):
        asyncio.run(refused())

    assert uncaught == []


async def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(Trouble):
        async with database.write() as session:
            session.add(incident())
            await session.flush()
            raise Trouble

    async with database.read() as session:
        assert await count(session) == 0


async def test_a_released_savepoint_goes_with_the_transaction_around_it(database: Database) -> None:
    with pytest.raises(Trouble):
        async with database.write() as session:
            async with session.begin_nested():
                session.add(incident())
            raise Trouble

    async with database.read() as session:
        assert await count(session) == 0


async def test_a_write_that_ends_can_be_read(database: Database) -> None:
    async with database.write() as session:
        session.add(incident())

    async with database.read() as session:
        assert await count(session) == 1


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)

    with pytest.raises(StatementError, match="a time without a zone must not be stored"):
        async with database.write() as session:
            session.add(incident(declared_at=naive))

    async with database.read() as session:
        assert await count(session) == 0


async def test_times_come_back_as_the_same_moment_in_utc(database: Database) -> None:
    in_lima = datetime(2023, 9, 10, 9, 20, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    async with database.write() as session:
        session.add(incident(declared_at=in_lima))

    async with database.read() as session:
        (found,) = await incidents.newest(session, TEAM, limit=1)

    assert found.declared_at == in_lima
    assert found.declared_at.utcoffset() == timedelta(0)


async def test_moments_from_several_zones_are_ordered_in_time_and_not_as_text(database: Database) -> None:
    earlier = datetime(2023, 9, 10, 23, 0, tzinfo=timezone(timedelta(hours=14)))  # 09:00 UTC
    async with database.write() as session:
        session.add_all([incident(1, declared_at=NOON), incident(2, channel_id="C2", declared_at=earlier)])

    async with database.read() as session:
        found = await session.exec(select(Incident.number).order_by(col(Incident.declared_at)))
        assert found.all() == [2, 1]


async def test_a_reader_sees_one_moment_while_a_write_commits(database: Database) -> None:
    async with database.read() as reader:
        assert await count(reader) == 0

        async with database.write() as session:
            session.add(incident())

        assert await count(reader) == 0
    async with database.read() as reader:
        assert await count(reader) == 1


async def test_a_reader_sees_nothing_of_a_write_under_way(database: Database) -> None:
    async with database.write() as session:
        session.add(incident())
        await session.flush()
        async with database.read() as reader:
            assert await count(reader) == 0


async def test_a_write_holds_the_database_from_its_first_statement(
    sqlite: Database, database_file: Path
) -> None:
    another = sqlite3.connect(database_file, timeout=0, isolation_level=None)
    try:
        async with sqlite.write() as session:
            await count(session)  # only a read: BEGIN IMMEDIATE asks for the lock all the same
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                another.execute("BEGIN IMMEDIATE")
        another.execute("BEGIN IMMEDIATE")
        another.execute("ROLLBACK")
    finally:
        another.close()


async def test_a_reader_does_not_hold_the_database(sqlite: Database, database_file: Path) -> None:
    another = sqlite3.connect(database_file, timeout=0, isolation_level=None)
    try:
        async with sqlite.read() as session:
            await count(session)
            another.execute("BEGIN IMMEDIATE")
            another.execute("ROLLBACK")
    finally:
        another.close()


async def test_two_replicas_that_read_and_then_write_take_turns(
    database: Database, database_url: str
) -> None:
    replica = Database(database_url)
    await replica.open()

    async def declare(where: Database) -> None:
        async with where.write() as session:
            number = await incidents.next_number(session, TEAM)
            await asyncio.sleep(0)
            session.add(incident(number, channel_id=f"C{number}"))

    try:
        await asyncio.gather(*(declare(where) for where in [database, replica] * 10))
    finally:
        await replica.close()

    async with database.read() as session:
        numbers = (await session.exec(select(Incident.number).order_by(col(Incident.number)))).all()
    assert numbers == list(range(1, 21))


async def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        async with database.write() as session:
            session.add(Milestone(incident_id=99, kind="resolved", at=NOON, basis="observed", stated_at=NOON))


async def test_a_channel_keeps_one_open_incident(database: Database) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        async with database.write() as session:
            session.add_all([incident(1), incident(2)])


@pytest.mark.parametrize("side", ["write", "read"])
async def test_every_connection_writes_through_to_the_disk(sqlite: Database, side: str) -> None:
    async with sqlite.write() if side == "write" else sqlite.read() as session:
        connection = await session.connection()
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2  # FULL
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1


async def test_the_outbox_is_woken_by_commits_that_put_something_into_it_and_by_no_others(
    database: Database,
) -> None:
    woken: list[str] = []
    database.on_outbox(lambda: woken.append("now"))
    ask = NewIntent("invite", "invite:1", "incident:1")

    async with database.write() as session:
        session.add(incident())
    with pytest.raises(Trouble):
        async with database.write() as session:
            await outbox.ask(session, [ask], asked_at=NOON)
            raise Trouble
    assert woken == []

    async with database.write() as session:
        await outbox.ask(session, [ask], asked_at=NOON)
        assert woken == []
    assert woken == ["now"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "is no database address"),
        ("mysql://localhost/scribe", "is neither SQLite nor PostgreSQL"),
        ("sqlite:////proc/nowhere/scribe.db", "can't be opened"),
    ],
)
async def test_a_database_that_cannot_be_is_one_sentence_with_an_example(url: str, said: str) -> None:
    with pytest.raises(DatabaseUnavailable) as problem:
        await Database(url).open()

    assert said in str(problem.value)
    assert "sqlite:///scribe.db" in str(problem.value)
    assert "\n" not in str(problem.value)


async def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, only some words. " * 50)
    database = Database(f"sqlite:///{tmp_path / 'notes.txt'}")

    with pytest.raises(DatabaseUnavailable, match="file is not a database"):
        await database.open()
    await database.close()


async def test_a_server_that_is_away_is_one_sentence_without_the_password() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]  # bound, so nobody else takes it, and not listening
        database = Database(f"postgresql://scribe:hunter2@127.0.0.1:{port}/scribe")

        with pytest.raises(DatabaseUnavailable) as problem:
            await database.open()
        await database.close()

    assert "can't be opened" in str(problem.value)
    assert "hunter2" not in str(problem.value)
    assert "\n" not in str(problem.value)
