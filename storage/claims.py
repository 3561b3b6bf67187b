"""Who works on a lane of the outbox: one process at a time.

On Postgres a claim is a session-level advisory lock on a connection of its own. The server itself gives it
up when that connection ends, so a process that is killed leaves nothing behind. One that hangs keeps its
connection, so claims are a lease too: the server ends a session that was not heard of for `LEASE` seconds,
and a process that goes on after that finds out before it sends or notes anything
(docs/decisions/0014-a-lane-is-claimed-by-a-lock.md). On SQLite there is one process, and every claim is
granted.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

import structlog
from sqlalchemy import TextClause, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.patience import LEASE, NOTICED_WITHIN, RENEWED_EVERY, SURE_FOR
from storage.trouble import DATABASE_ERRORS

log = structlog.get_logger()

PATIENCE = 5.0
"""Seconds after which a server that does not answer counts as gone."""

NOTICED_AFTER = "SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3"
"""So that the server notices within seconds when this machine disappears without closing its connection."""

CLAIM = text(
    "SELECT pg_backend_pid(), lane, pg_try_advisory_lock(hashtextextended('lane:' || lane, 0)) "
    "FROM unnest(CAST(:lanes AS text[])) AS lane"
)
RELEASE = text(
    "SELECT pg_backend_pid(), pg_advisory_unlock(hashtextextended('lane:' || lane, 0)) "
    "FROM unnest(CAST(:lanes AS text[])) AS lane"
)
PING = text("SELECT pg_backend_pid()")
BEGIN_TERM = text("SELECT pg_backend_pid(), pg_advisory_lock(:number)")
IS_OVER = text("SELECT pg_try_advisory_xact_lock_shared(:number)")
"""Each term holds a lock. Whoever can take it knows that the session of that term has ended."""


class ClaimsLost(Exception):
    """The connection that holds the claims is gone, and every claim with it."""


class Granted(frozenset[str]):
    """Lanes that were granted, and the `term` they were granted in: a later one may have begun since."""

    term: int

    @classmethod
    def in_term(cls, lanes: Iterable[str], term: int) -> Granted:
        granted = cls(lanes)
        granted.term = term
        return granted


class Claims(Protocol):
    """The lanes this process works on. A claim is good for the `term` it was taken in."""

    @property
    def term(self) -> int: ...

    async def claim(self, lanes: Sequence[str]) -> Granted:
        """Those of `lanes` that nobody else works on; they are this process's until it releases them.

        Raises:
            ClaimsLost: the server cannot be asked; claims of earlier terms are gone.
        """
        ...

    async def hold(self, term: int) -> bool:
        """Whether the claims taken in this term still stand, as of now."""
        ...

    def is_sure(self, term: int) -> bool:
        """Whether the claims taken in this term certainly stand at this moment, without asking the server."""
        ...

    async def confirm(self, session: AsyncSession, term: int) -> None:
        """Make sure that the claims stand, in the transaction that notes what became of an intent.

        Raises:
            ClaimsLost: they do not; somebody else may have them.
        """
        ...

    async def release(self, lanes: Sequence[str]) -> None:
        """Release lanes; those of an earlier term are released already."""
        ...

    async def close(self) -> None:
        """Give up every claim."""
        ...


@dataclass(frozen=True)
class Claim:
    """What a task works under: claims, as of one term."""

    claims: Claims
    term: int

    def is_sure(self) -> bool:
        return self.claims.is_sure(self.term)

    async def confirm(self, session: AsyncSession) -> None:
        await self.claims.confirm(session, self.term)


working_under: ContextVar[Claim | None] = ContextVar("working_under", default=None)
"""The claim to the lane that this task works on, if it works on one."""


async def confirm_claim(session: AsyncSession) -> None:
    """`Claims.confirm` for the claim that this task works under, if any."""
    claim = working_under.get()
    if claim:
        await claim.confirm(session)


def claims_for(database: Database) -> Claims:
    """Claims as this database can make them."""
    return LoneClaims() if database.is_sqlite else PostgresClaims(database.url)


class LoneClaims:
    """Claims of a process that is alone with its database: always granted, never lost."""

    term = 1

    async def claim(self, lanes: Sequence[str]) -> Granted:
        return Granted.in_term(lanes, self.term)

    async def hold(self, term: int) -> bool:
        return term == self.term

    def is_sure(self, term: int) -> bool:
        return term == self.term

    async def confirm(self, session: AsyncSession, term: int) -> None:
        return None

    async def release(self, lanes: Sequence[str]) -> None:
        return None

    async def close(self) -> None:
        return None


class PostgresClaims:
    """Claims held by one connection, opened when first needed; a new connection begins a new term."""

    def __init__(self, url: URL, *, lease: float = LEASE) -> None:
        limits = {name: value for name, value in NOTICED_WITHIN.items() if name not in url.query}
        self._engine = create_async_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=limits
        )
        self._lease = lease
        self._sure_for = lease * SURE_FOR / LEASE
        self._renewed_every = lease * RENEWED_EVERY / LEASE
        self._renewing: asyncio.Task[None] | None = None
        self._number = self._session = 0
        self._connection: AsyncConnection | None = None
        self._asking = asyncio.Lock()
        self._answered_since = 0.0
        self.term = 0

    async def claim(self, lanes: Sequence[str]) -> Granted:
        if not lanes:
            return Granted.in_term((), self.term)
        async with self._asking:
            if self._connection is None:
                await self._open()
            rows = await self._ask(CLAIM, lanes)
            return Granted.in_term((str(lane) for _, lane, is_granted in rows if is_granted), self.term)

    async def hold(self, term: int) -> bool:
        """Callers that wait at the same time share one query."""
        asked_at = _now()
        async with self._asking:
            if term != self.term or self._connection is None:
                return False
            if self._answered_since < asked_at:
                try:
                    await self._ask(PING)
                except ClaimsLost:
                    return False
        return True

    def is_sure(self, term: int) -> bool:
        is_held = term == self.term and self._connection is not None
        return is_held and _now() - self._answered_since < self._sure_for

    async def confirm(self, session: AsyncSession, term: int) -> None:
        if term != self.term:
            raise ClaimsLost(f"term {term} is over")
        is_over = await (await session.connection()).execute(IS_OVER, {"number": self._number})
        if is_over.scalar_one():
            raise ClaimsLost(f"term {term} is over: its session has ended")

    async def release(self, lanes: Sequence[str]) -> None:
        async with self._asking:
            if lanes and self._connection is not None:
                await self._ask(RELEASE, lanes)

    async def close(self) -> None:
        async with self._asking:
            self._renew_no_more()
            await self._drop()
        await self._engine.dispose()

    async def _open(self) -> None:
        self._renew_no_more()
        number = secrets.randbits(62)
        try:
            async with asyncio.timeout(PATIENCE):
                self._connection = await self._engine.connect()
                await self._connection.exec_driver_sql(NOTICED_AFTER)
                lease = round(self._lease * 1000)
                await self._connection.exec_driver_sql(f"SET idle_session_timeout = {lease}")
                begun = await self._connection.execute(BEGIN_TERM, {"number": number})
                self._session = begun.one()[0]
        except DATABASE_ERRORS as problem:
            await self._drop()
            raise ClaimsLost(str(problem)) from problem
        self.term += 1
        self._number = number
        self._renewing = asyncio.create_task(self._renew(self.term), name="claims")

    async def _renew(self, term: int) -> None:
        """Ask something often enough that the server does not end the idle session."""
        is_held = True
        while is_held:
            await asyncio.sleep(self._renewed_every)
            is_held = await self.hold(term)

    def _renew_no_more(self) -> None:
        if self._renewing:
            self._renewing.cancel()
            self._renewing = None

    async def _ask(self, question: TextClause, lanes: Sequence[str] = ()) -> list[tuple[object, ...]]:
        assert self._connection is not None
        put_at = _now()
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._connection.execute(question, {"lanes": list(lanes)} if lanes else {})
                rows = [tuple(row) for row in found]
        except DATABASE_ERRORS as problem:
            await self._drop()
            raise ClaimsLost(str(problem)) from problem
        except BaseException:
            # nobody knows which locks an interrupted query got; closing the connection releases them all
            await self._drop()
            raise
        if any(row[0] != self._session for row in rows):
            await self._drop()
            raise ClaimsLost("another session of the server answers: a pooler between must keep sessions")
        self._answered_since = put_at
        return rows

    async def _drop(self) -> None:
        """Close the connection, whatever state it is in, so that the server releases every claim."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await connection.invalidate()
            await connection.close()
        except DATABASE_ERRORS as problem:
            log.debug("claims.dropped", why=str(problem))


def _now() -> float:
    """Monotonic seconds, which go on while the process is stopped and, where possible, the machine."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
