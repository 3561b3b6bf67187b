"""Engines: how a connection to the record's database is opened, and which limits and modes it is given.

SQLite: the driver's own transaction handling is switched off (`isolation_level=None`) and each transaction
opens with the statement that its engine is made with; `synchronous=FULL`, foreign keys on. Why:
docs/decisions/0003-transactions.md. PostgreSQL: the limits of `storage.patience`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util import await_only

from storage.compiled import COMPILED
from storage.patience import CONNECTION_FREE_WITHIN, FOR_BATCHES, NOTICED_WITHIN, Patience, limits_of

BUSY_SECONDS = 5.0
"""How long SQLite waits for another process that writes."""


def postgres_engine(url: URL, patience: Patience, *, connections: int) -> AsyncEngine:
    """Connections to PostgreSQL whose sessions wait no longer than `patience` says."""
    engine = create_async_engine(
        url,
        pool_size=connections,
        pool_pre_ping=True,
        pool_timeout=min(patience.statement, CONNECTION_FREE_WITHIN),
        connect_args=_keepalive(url),
        hide_parameters=True,
        execution_options={"compiled_cache": COMPILED},
    )
    _limit(engine.sync_engine, patience)
    _without_details(engine.sync_engine)
    return engine


def postgres_thread_engine(url: URL, *, connections: int) -> Engine:
    """The same for threads that write batches.

    Connections are not tested before use: a batch whose connection has broken is written again anyway.
    """
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        connect_args=_keepalive(url),
        hide_parameters=True,
        execution_options={"compiled_cache": COMPILED},
    )
    _limit(engine, FOR_BATCHES)
    _without_details(engine)
    return engine


def sqlite_engine(url: URL, begin: str, *, connections: int) -> AsyncEngine:
    """Connections to an SQLite file, whose transactions open with the statement `begin`."""
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        execution_options={"compiled_cache": COMPILED},
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(
        dialect: Dialect, _: ConnectionPoolEntry, args: list[Any], options: dict[str, Any]
    ) -> DBAPIConnection:
        """Raise here what a file that cannot be opened raises.

        When aiosqlite fails to connect, its thread still answers the event loop once more, after the caller
        has the error; a command that ends because of the error has closed the loop by then.
        """
        from storage.sqlite_connection import connection_to  # aiosqlite is loaded only where it is used

        await_only(asyncio.to_thread(lambda: sqlite3.connect(*args, **options).close()))
        return dialect.connect(*args, **options, async_creator_fn=connection_to)

    _prepare(engine.sync_engine, begin)

    @event.listens_for(engine.sync_engine, "connect")
    def keep_journal(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        _switch_to_wal(connection)

    return engine


def sqlite_thread_engine(url: URL) -> Engine:
    """The one connection of the thread that writes batches; it finds the journal in WAL mode already."""
    engine = create_engine(
        url.set(drivername="sqlite"),
        pool_size=1,
        max_overflow=0,
        poolclass=QueuePool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        execution_options={"compiled_cache": COMPILED},
    )
    _prepare(engine, "BEGIN IMMEDIATE")
    return engine


def _limit(engine: Engine, patience: Patience) -> None:
    """Set a session's time limits on the server, after connecting, since poolers refuse them as options."""

    @event.listens_for(engine, "connect")
    def limit(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(limits_of(patience))
        cursor.close()
        connection.commit()


def _without_details(engine: Engine) -> None:
    """Keep of what the server says of a failure its first line: the details quote the row it refused."""

    @event.listens_for(engine, "handle_error")
    def shorten(context: ExceptionContext) -> None:
        for problem in (context.original_exception, context.sqlalchemy_exception):
            if problem is not None and problem.args:
                problem.args = (str(problem.args[0]).partition("\n")[0], *problem.args[1:])


def _keepalive(url: URL) -> dict[str, int]:
    """What makes the client notice a dead connection, as far as the address does not say otherwise."""
    return {name: value for name, value in NOTICED_WITHIN.items() if name not in url.query}


def _prepare(engine: Engine, begin: str) -> None:
    """Give each SQLite connection its modes, and open each transaction with `begin`."""

    @event.listens_for(engine, "connect")
    def set_modes(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={round(BUSY_SECONDS * 1000)}", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _switch_to_wal(connection: DBAPIConnection) -> None:
    """Keep the journal as WAL, trying for a while: no busy timeout helps two that open a new file at once."""
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
