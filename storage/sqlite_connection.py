"""A connection to SQLite that goes to its thread once for each statement.

aiosqlite goes there four times for each: to make a cursor, to execute, to fetch, and to close it. With
the rollback that SQLAlchemy sends after each commit, to be sure, this was most of what a statement took.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiosqlite


def connection_to(*args: Any, **options: Any) -> Connection:
    """A connection with the arguments of `sqlite3.connect`; it is opened by the first `await`."""
    connection = Connection(partial(sqlite3.connect, *args, **options), iter_chunk_size=1)
    connection._thread.daemon = True  # a connection that nobody closed does not hold up the end
    return connection


class Connection(aiosqlite.Connection):
    def cursor(self) -> Cursor:  # type: ignore[override]  # which SQLAlchemy uses as it uses aiosqlite's
        return Cursor(self)

    async def rollback(self) -> None:
        if self.in_transaction:
            await super().rollback()

    async def in_thread(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Have the thread do all of `work`."""
        await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite's, as is `_conn`


class Cursor:
    """What SQLAlchemy needs of a cursor: the rows of a statement are there as soon as it is executed."""

    def __init__(self, connection: Connection) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        def work(connection: sqlite3.Connection) -> None:
            self._take(connection.execute(statement, parameters))

        await self._connection.in_thread(work)

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            self._take(connection.executemany(statement, parameters))

        await self._connection.in_thread(work)

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is open."""

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()
