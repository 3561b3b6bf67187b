"""A database that is locked, full or gone: Scribe serves what it can and says what it cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psycopg
import pytest
import structlog
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlmodel import select

from storage.database import Database
from storage.tables import Incident, TimelineEvent
from tests.e2e.conftest import World, words
from tests.until import until

pytestmark = pytest.mark.on_each_database

NOTHING_RECORDED = "nothing was recorded. Please say it again in a minute: /timeline add"
SLACKS_PATIENCE = 3.0
FORM_FIELDS = {"title": {"value": "Mail is down"}, "place": {"value": "here"}}


@pytest.fixture
def is_patient() -> bool:
    """What is given up, and when, is what these tests are about."""
    return False


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Nothing is rendered: outside `bot.logs` structlog draws tracebacks that take seconds of the loop."""
    with structlog.testing.capture_logs():
        yield


async def ask(world: World, command: str) -> str:
    """What the person is told, in time, without waiting for anything else."""
    name, _, text = command.partition(" ")
    answer = await world.workspace.command(world.ana.id, world.channel.id, name, text)
    assert answer.acknowledged
    return words(answer)


async def texts(world: World) -> list[str]:
    async with world.running.scribe.database.read() as session:
        found = await session.exec(select(TimelineEvent.text).order_by(TimelineEvent.number))  # type: ignore[arg-type]
        return [text or "" for text in found]


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[None]:
    """Another process writes and takes its time."""
    if database.is_sqlite:
        another = sqlite3.connect(str(database.url.database), timeout=0, isolation_level=None)
        another.execute("BEGIN IMMEDIATE")
        yield
        another.execute("ROLLBACK")
        another.close()
    else:
        another_url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(another_url) as connection:
            connection.execute("LOCK TABLE timeline_event, message IN EXCLUSIVE MODE")
            yield
            connection.rollback()


@asynccontextmanager
async def gone(database: Database, server_url: str) -> AsyncIterator[None]:
    """The server ends every connection to the database, and takes no new one."""
    name = database.url.database
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def wrote(session: Session) -> bool:
    """Whether this transaction, about to commit, sees an event: before the command there was none."""
    return bool(session.connection().exec_driver_sql("SELECT count(*) FROM timeline_event").scalar_one())


async def limit_pages(database: Database, pages: int) -> None:
    """Let the SQLite file have at most so many pages (those it has already stay)."""

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    await database.write_batch(limit)
    async with database.write() as session:
        await (await session.connection()).run_sync(limit)


async def test_a_locked_database_delays_nobody_beyond_slacks_patience(world: World) -> None:
    await world.open_here()

    async with locked(world.running.scribe.database):
        told = await ask(world, "/timeline add now Rolled back `it`")
        ts = world.workspace.say(world.ana.id, world.channel.id, "Said meanwhile.")
        world.workspace.react(world.ana.id, world.channel.id, ts, "pushpin")
        await until(lambda: world.running.gate.under_way)
        assert world.workspace.socket.unacknowledged

    assert NOTHING_RECORDED in told
    assert "now Rolled back 'it'" in told  # their text, so that they can say it again
    await world.settled()
    shown = await world.command(world.ana, "/timeline add 14:05 Rolled back")
    assert "Rolled back" in shown
    assert sorted(await texts(world)) == ["", "Rolled back"]  # the mark's event follows its message
    assert "Said meanwhile." in await world.command(world.ana, "/timeline")


async def test_a_form_sent_to_a_locked_database_keeps_its_text_and_is_done_once(world: World) -> None:
    await world.command(world.ana, "/incident start")
    (form,) = world.workspace.open_views(world.ana.id)
    database = world.running.scribe.database

    if database.is_sqlite:
        async with locked(database):
            answer = await world.workspace.submit_view(world.ana.id, form.id, FORM_FIELDS)
    else:
        async with database.write() as session:
            await (await session.connection()).exec_driver_sql("LOCK TABLE incident IN EXCLUSIVE MODE")
            answer = await world.workspace.submit_view(world.ana.id, form.id, FORM_FIELDS)

    assert not answer.closed
    assert "nothing was recorded. Nothing is lost here" in answer.errors["title"]

    async def is_closed() -> bool:
        return (await world.workspace.submit_view(world.ana.id, form.id, FORM_FIELDS)).closed

    await until(is_closed)
    await world.settled()
    async with database.read() as session:
        assert list(await session.exec(select(Incident.title))) == ["Mail is down"]


@pytest.mark.only_on("sqlite")  # a full disk is imitated by SQLite's own limit
async def test_a_full_disk_is_said_and_what_can_be_read_is_read(world: World) -> None:
    database = world.running.scribe.database
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Rolled back")
    await limit_pages(database, 1)
    long = "so much " * 4000
    world.workspace.socket.retry_delays = (1.0, 1.0, 1.0)

    told = await ask(world, f"/timeline add 14:06 {long}")
    ts = world.workspace.say(world.ana.id, world.channel.id, long)
    world.workspace.react(world.ana.id, world.channel.id, ts, "pushpin")
    await until(lambda: world.running.gate.under_way)
    unacknowledged = len(world.workspace.socket.unacknowledged)
    shown = await ask(world, "/timeline")
    await limit_pages(database, 1_000_000)
    await world.settled()

    assert "Scribe cannot write to its record just now, so " + NOTHING_RECORDED in told
    assert unacknowledged
    assert "Rolled back" in shown
    assert len(await texts(world)) == 2
    assert "(2 events)" in await world.command(world.ana, "/timeline")


@pytest.mark.only_on("postgresql")  # a file does not go away
async def test_a_server_that_goes_away_is_said_and_found_again(world: World, postgres: str) -> None:
    database = world.running.scribe.database
    await world.open_here()
    world.workspace.socket.retry_delays = (1.0, 2.0, 4.0)

    async with gone(database, postgres):
        told = await ask(world, "/timeline add 14:05 Rolled back")
        read = await ask(world, "/timeline")
        ts = world.workspace.say(world.ana.id, world.channel.id, "Said meanwhile.")
        world.workspace.react(world.ana.id, world.channel.id, ts, "pushpin")
        await until(lambda: world.workspace.socket.unacknowledged)

    assert "so nothing was done. Please say it again in a minute: /timeline add 14:05 Rolled back" in told
    assert "Scribe cannot read its record just now" in read
    await world.settled()
    await world.command(world.ana, "/timeline add 14:05 Rolled back")
    assert sorted(await texts(world)) == ["", "Rolled back"]
    assert "Said meanwhile." in await world.command(world.ana, "/timeline")


async def test_a_commit_whose_connection_breaks_is_looked_up_and_not_doubled(world: World) -> None:
    """The commit is done, but the answer to it is lost: what was recorded is told, and nothing repeated."""
    await world.open_here()
    broken: list[Session] = []
    writing: list[Session] = []

    def see_write(session: Session) -> None:
        if wrote(session):
            writing.append(session)

    def lose_answer(session: Session) -> None:
        if session in writing and not broken:
            broken.append(session)
            cause = psycopg.OperationalError("server closed the connection unexpectedly")
            raise OperationalError("COMMIT", {}, cause)

    event.listen(Session, "before_commit", see_write)
    event.listen(Session, "after_commit", lose_answer)
    try:
        told = await ask(world, "/timeline add 14:05 Rolled back")
    finally:
        event.remove(Session, "before_commit", see_write)
        event.remove(Session, "after_commit", lose_answer)

    assert broken
    assert "This is recorded" in told
    assert await texts(world) == ["Rolled back"]


@pytest.mark.only_on("postgresql")  # a file does not go away
async def test_a_commit_that_did_not_reach_the_server_is_made_again(world: World, postgres: str) -> None:
    await world.open_here()
    ended: list[int] = []

    def end_connection(session: Session) -> None:
        if wrote(session) and not ended:
            pid = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            ended.append(pid)
            with psycopg.connect(postgres, autocommit=True) as server:
                server.execute("SELECT pg_terminate_backend(%s)", [pid])

    event.listen(Session, "before_commit", end_connection)
    try:
        told = await ask(world, "/timeline add 14:05 Rolled back")
    finally:
        event.remove(Session, "before_commit", end_connection)

    assert ended
    assert "Rolled back" in told
    assert await texts(world) == ["Rolled back"]
