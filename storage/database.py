"""One place that opens transactions, so that every promise about them is kept in one place.

SQLite: the driver's own transaction handling is switched off (`isolation_level=None`), write transactions
open with BEGIN IMMEDIATE on the single write connection, reads with BEGIN; `synchronous=FULL`, foreign keys
on. Why: docs/decisions/0003-transactions.md.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.migrate import migrate

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
READERS = 4
BUSY_SECONDS = 10.0


class DatabaseUnavailable(Exception):
    """The database cannot be opened; the text is one sentence for the person who starts Scribe."""


class Database:
    """The record's database: `write()` and `read()` open one transaction each."""

    def __init__(self, url: str) -> None:
        self.url = _async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", connections=1)
            self._reader = _sqlite_engine(self.url, "BEGIN", connections=READERS)
        else:
            self._writer = create_async_engine(self.url, pool_size=READERS + 4, pool_pre_ping=True)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
        self._after_outbox: list[Callable[[], None]] = []

    async def open(self) -> None:
        """Bring the schema up to date.

        Raises:
            DatabaseUnavailable: it cannot be reached, opened or written.
        """
        try:
            async with self._writer.begin() as connection:
                await connection.run_sync(migrate)
        except (OSError, DBAPIError, SQLAlchemyError) as problem:
            cause = getattr(problem, "orig", None) or problem
            shown = self.url.render_as_string(hide_password=True)
            raise DatabaseUnavailable(
                f"The database {shown} can't be opened ({str(cause).splitlines()[0]}). "
                "Set DATABASE_URL, for example sqlite:///scribe.db, to a place Scribe may write."
            ) from problem

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One write transaction; committed when the block ends, rolled back when it raises."""
        async with AsyncSession(self._writer, expire_on_commit=False) as session:
            async with session.begin():
                yield session
            if session.info.get(OUTBOX_TOUCHED):
                for wake in self._after_outbox:
                    wake()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent snapshot to read from."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session, session.begin():
            yield session

    def on_outbox(self, wake: Callable[[], None]) -> None:
        """Have `wake` called after each commit that put something into the outbox."""
        self._after_outbox.append(wake)


OUTBOX_TOUCHED = "outbox_touched"


def _async_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise DatabaseUnavailable(
            f"DATABASE_URL is not a database address: {url!r}. An example that works: sqlite:///scribe.db"
        ) from problem
    driver = DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise DatabaseUnavailable(
            f"Scribe keeps its record in SQLite or PostgreSQL, not in {parsed.get_backend_name()!r}. "
            "An example that works: sqlite:///scribe.db"
        )
    return parsed.set(drivername=driver)


def _sqlite_engine(url: URL, begin: str, *, connections: int) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=connections, max_overflow=0, pool_timeout=30)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={round(BUSY_SECONDS * 1000)}")
        _switch_to_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _switch_to_wal(connection: DBAPIConnection) -> None:
    """Keep the journal as WAL; two that open a new file at once meet here, where no busy timeout helps."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or time.monotonic() > until:
                raise
        finally:
            cursor.close()
        await_only(asyncio.sleep(0.02))
