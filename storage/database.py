"""Opens every transaction of the record, so that what is promised about them is kept in one place.

SQLite: write transactions open with BEGIN IMMEDIATE on the single write connection, reads with BEGIN. Why:
docs/decisions/0003-transactions.md.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.address import BadAddress, first_line, read_address, shown
from storage.cannot import Cannot
from storage.engines import postgres_engine, postgres_thread_engine, sqlite_engine, sqlite_thread_engine
from storage.migrate import VERSION_TABLE, MigratedElsewhere, NewerSchema, Schema, migrate, schema_of
from storage.patience import BATCH_WITHIN, FOR_MIGRATIONS, FOR_OTHERS, FOR_PEOPLE, TRANSACTION_WITHIN
from storage.priority_lock import PriorityLock
from storage.trouble import DATABASE_ERRORS, is_locked, was_in_the_way
from storage.write_coalescer import WriteCoalescer

READERS = 4
URGENT_CONNECTIONS = 2
"""Connections kept for what a person waits for, however busy the others are."""
ASIDE = 3
"""Batches written beside the recorder's own, on PostgreSQL."""

MIGRATED_AGAIN_AFTER = 0.5
"""Seconds between two tries, in which those who waited behind the first one go on."""

CANNOT_OPEN = (*DATABASE_ERRORS, ValueError, TypeError)
"""What drivers raise for an address they cannot use; a host that is no name is a ValueError."""
T = TypeVar("T")
somebody_waits: ContextVar[bool] = ContextVar("somebody_waits", default=False)
"""Whether a person waits for what is being done here: it goes before what nobody waits for."""


class DatabaseSilent(OSError):
    """The server did not answer in time and gave no reason."""


class DatabaseUnavailable(Cannot):
    """The database cannot be opened; the text is one sentence for the person who starts Scribe."""


class Database:
    """The record's database: `write()` and `read()` open one transaction each."""

    def __init__(self, url: str) -> None:
        self.url = _async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = sqlite_engine(self.url, "BEGIN IMMEDIATE", connections=1)
            self._urgent_writer = self._writer
            self._reader = sqlite_engine(self.url, "BEGIN", connections=READERS)
            self._urgent_reader = sqlite_engine(self.url, "BEGIN", connections=URGENT_CONNECTIONS)
            self._thread_engine = sqlite_thread_engine(self.url)
        else:
            self._writer = postgres_engine(self.url, FOR_OTHERS, connections=READERS + 4)
            self._urgent_writer = postgres_engine(self.url, FOR_PEOPLE, connections=URGENT_CONNECTIONS)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
            self._urgent_reader = self._urgent_writer.execution_options(isolation_level="REPEATABLE READ")
            self._thread_engine = postgres_thread_engine(self.url, connections=1 + ASIDE)
        self._engines = {self._writer, self._urgent_writer, self._reader, self._urgent_reader}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="batches")
        self._aside = ThreadPoolExecutor(max_workers=ASIDE, thread_name_prefix="batches-aside")
        self._turn = PriorityLock()
        self._after_outbox: list[Callable[[], None]] = []
        self.coalescer = WriteCoalescer(self.write, has_one_writer=self.is_sqlite)

    async def open(self) -> None:
        """Bring the schema up to date.

        Raises:
            DatabaseUnavailable: it cannot be reached, opened or written.
        """
        try:
            await self._migrate()
        except MigratedElsewhere as problem:
            raise DatabaseUnavailable(str(problem)) from problem
        except NewerSchema as problem:
            raise DatabaseUnavailable(_is_newer(problem)) from problem
        except CANNOT_OPEN as problem:
            raise self._unavailable(problem) from problem

    async def schema(self) -> Schema:
        """How far the schema is; neither a file nor a table is made.

        Raises:
            DatabaseUnavailable: it cannot be reached or opened, or a newer Scribe wrote it.
        """
        if not await self.holds_record():
            raise DatabaseUnavailable(self._is_empty())
        try:
            async with self._reader.connect() as connection:
                return await connection.run_sync(schema_of)
        except NewerSchema as problem:
            raise DatabaseUnavailable(_is_newer(problem)) from problem
        except CANNOT_OPEN as problem:
            raise self._unavailable(problem) from problem

    async def _migrate(self) -> None:
        """Migrate, again and again for a while where somebody uses a table that is to be changed."""
        until = time.monotonic() + FOR_MIGRATIONS.lock
        while True:
            try:
                async with self._writer.begin() as connection:
                    await connection.run_sync(migrate)
                return
            except DBAPIError as problem:
                if not (is_locked(problem) or was_in_the_way(problem)):
                    raise
                if time.monotonic() > until:
                    raise MigratedElsewhere(
                        "The tables of this database have been in use for more than "
                        f"{FOR_MIGRATIONS.lock:.0f} s, so that they could not be changed: end what works on "
                        "them, a backup for example, then start again."
                    ) from problem
            await asyncio.sleep(MIGRATED_AGAIN_AFTER)

    async def open_existing(self) -> None:
        """Open what holds a record already; unlike `open` it makes none.

        Raises:
            DatabaseUnavailable: there is no record, or it cannot be opened.
        """
        if not await self.holds_record():
            raise DatabaseUnavailable(self._is_empty())
        await self.open()

    async def holds_record(self) -> bool:
        """Whether a Scribe has opened it before; a file that is not there is not made.

        Raises:
            DatabaseUnavailable: it cannot be reached or opened.
        """
        name = self.url.database or ""
        folder = Path(name).absolute().parent
        if self.is_sqlite and not name.startswith("file:") and folder.is_dir() and not Path(name).exists():
            return False
        try:
            async with self._reader.connect() as connection:
                return await connection.run_sync(_has_record)
        except CANNOT_OPEN as problem:
            raise self._unavailable(problem) from problem

    @property
    def shown(self) -> str:
        """Where it is, without user and password; a file by its whole path."""
        return shown(self.url)

    def said(self, problem: BaseException) -> str:
        """What the driver said, on one line and without secrets."""
        return first_line(problem, self.url)

    def _is_empty(self) -> str:
        return (
            f"There is no record of Scribe's in {self.shown}. Set DATABASE_URL to the one that is meant, "
            "for example sqlite:////srv/scribe/scribe.db."
        )

    def _unavailable(self, problem: BaseException) -> DatabaseUnavailable:
        return DatabaseUnavailable(
            f"The database {self.shown} can't be opened ({self.said(problem)}). "
            "Set DATABASE_URL, for example sqlite:///scribe.db, to a place Scribe may write."
        )

    @property
    def is_busy(self) -> bool:
        """Whether a transaction is open, or a connection for one is being made (for tests)."""
        pools = (engine.pool for engine in self._engines)
        return any(isinstance(pool, QueuePool) and pool.checkedout() > 0 for pool in pools)

    async def close(self) -> None:
        for engine in self._engines:
            await engine.dispose()
        self._thread_engine.dispose()
        self._thread.shutdown(wait=False)
        self._aside.shutdown(wait=False)

    @asynccontextmanager
    async def write(self, before_commit: Callable[[], None] | None = None) -> AsyncIterator[AsyncSession]:
        """One write transaction; committed when the block ends, rolled back when it raises.

        `before_commit` is called when only the commit is left, and may still raise.
        """
        engine = self._urgent_writer if somebody_waits.get() else self._writer
        opened = AsyncSession(engine, expire_on_commit=False)
        async with self._in_the_end(), self._only_writer(), opened as session, session.begin():
            yield session
            if before_commit:
                await session.flush()
                before_commit()
        if opened.info.get(OUTBOX_TOUCHED):
            self.outbox_touched()

    async def write_batch(self, work: Callable[[Connection], T], *, is_aside: bool = False) -> T:
        """One write transaction whose whole work is done in a thread; returns what `work` does.

        For many statements in a row: awaited one by one, each would wait for whatever else the event loop
        has to do. `work` must not touch anything of the event loop. What may have to wait for somebody else's
        lock is written aside, where nobody waits behind it.
        """
        batch = _Batch(self._thread_engine, work)
        async with self._only_writer():
            loop = asyncio.get_running_loop()
            thread = self._aside if is_aside else self._thread
            under_way = loop.run_in_executor(thread, batch.write)
            deadline = None if self.is_sqlite else loop.call_later(BATCH_WITHIN, batch.cut_off)
            try:
                return await asyncio.shield(under_way)
            finally:
                if deadline:
                    deadline.cancel()

    @asynccontextmanager
    async def _only_writer(self) -> AsyncIterator[None]:
        """Wait for SQLite's only writer here, not in SQLite: here what a person waits for goes first."""
        if not self.is_sqlite:
            yield
            return
        async with self._turn.taken(urgent=somebody_waits.get()):
            yield

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent snapshot to read from."""
        engine = self._urgent_reader if somebody_waits.get() else self._reader
        opened = AsyncSession(engine, expire_on_commit=False)
        async with self._in_the_end(), opened as session, session.begin():
            yield session

    @asynccontextmanager
    async def _in_the_end(self) -> AsyncIterator[None]:
        """End a transaction whose server does not answer; SQLite runs in this process and always answers."""
        if self.is_sqlite:
            yield
            return
        try:
            async with asyncio.timeout(TRANSACTION_WITHIN):
                yield
        except TimeoutError as problem:
            raise DatabaseSilent(f"the database did not answer for {TRANSACTION_WITHIN:.0f} s") from problem

    def outbox_touched(self) -> None:
        """Something was put into the outbox and committed."""
        for wake in self._after_outbox:
            wake()

    def on_outbox(self, wake: Callable[[], None]) -> None:
        """Have `wake` called after each commit that put something into the outbox."""
        self._after_outbox.append(wake)


class _Batch(Generic[T]):
    """A transaction that a thread carries out, and that others can cut off."""

    def __init__(self, engine: Engine, work: Callable[[Connection], T]) -> None:
        self._engine = engine
        self._work = work
        self._line: socket.socket | None = None
        self._ending = Lock()

    def write(self) -> T:
        try:
            with self._engine.begin() as connection:
                driver = connection.connection.driver_connection
                if driver and connection.dialect.name == "postgresql":
                    self._line = socket.socket(fileno=os.dup(driver.fileno()))
                return self._work(connection)
        finally:
            self._let_go()

    def cut_off(self) -> None:
        """Close the connection that `work` uses, so that it fails: its server does not answer any more."""
        with self._ending:
            if self._line:
                self._line.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        with self._ending:
            if self._line:
                self._line.close()
                self._line = None


OUTBOX_TOUCHED = "outbox_touched"


def _async_url(url: str) -> URL:
    try:
        return read_address(url)
    except BadAddress as problem:
        raise DatabaseUnavailable(f"DATABASE_URL {problem}.") from None


def _is_newer(problem: NewerSchema) -> str:
    return (
        f"The record was written by a newer Scribe (its schema {problem} is unknown to this one): "
        "update Scribe, or name another database in DATABASE_URL, for example sqlite:///scribe.db."
    )


def _has_record(connection: Connection) -> bool:
    return inspect(connection).has_table(VERSION_TABLE)
