"""What a person asks for is carried out in time, or they are told what became of it.

Slack takes an answer for 3 seconds. A database that is slow, locked or gone must not use them up, and what
is said then must be true: nothing was recorded, it is recorded, or nobody can tell.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from enum import Enum, auto
from typing import TypeVar

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from storage import deliveries
from storage.database import Database, somebody_waits
from storage.deliveries import AlreadyDone as AlreadyDone
from storage.trouble import had_broken, was_in_the_way, was_rolled_back
from storage.trouble import is_away as is_away

log = structlog.get_logger()

WITHIN = 2.3
"""Seconds after which a person is told that nothing was recorded."""
COMMIT_WITHIN = 0.3
"""Seconds more for a commit that is under way just then."""
BETWEEN_TRIES = 0.05

T = TypeVar("T")


class RecordAway(Exception):
    """The record cannot be written, or read, just now; nothing was recorded."""

    def __init__(self, *, is_write: bool) -> None:
        super().__init__("nothing was recorded" if is_write else "nothing could be read")
        self.is_write = is_write


class Unanswered(Exception):
    """It is recorded, but its answer is lost."""


class InDoubt(Exception):
    """The record went away during the commit: nobody can tell whether it is recorded."""


class GivenUp(Exception):
    """The person was told that nothing is recorded, so nothing may be."""


class _Stage(Enum):
    READING = auto()
    WRITING = auto()
    COMMITTING = auto()
    COMMITTED = auto()


class _Attempt:
    """How far one try has come; once it is given up it never commits."""

    def __init__(self, until: float | None = None) -> None:
        self.until = until
        self.stage = _Stage.READING
        self.is_given_up = False

    def before_commit(self) -> None:
        if self.is_given_up:
            raise GivenUp
        self.stage = _Stage.COMMITTING

    def give_up(self) -> bool:
        """False: too late, the commit is under way or done."""
        if self.stage in (_Stage.COMMITTING, _Stage.COMMITTED):
            return False
        self.is_given_up = True
        return True


_attempt: ContextVar[_Attempt | None] = ContextVar("attempt", default=None)
_left_behind: set[asyncio.Task[object]] = set()


@asynccontextmanager
async def once_transaction(key: str, database: Database, clock: Clock) -> AsyncIterator[AsyncSession]:
    """The write transaction of what a person asked for, which `key` names; an empty key names nothing.

    Raises:
        AlreadyDone: it was carried out before, here or elsewhere.
    """
    attempt = _attempt.get() or _Attempt()
    attempt.stage = _Stage.WRITING
    async with database.write(attempt.before_commit) as session:
        if key:
            await deliveries.note(session, key, clock.now())
        yield session
    attempt.stage = _Stage.COMMITTED


async def within_ack_window(work: Callable[[], Awaitable[T]]) -> T:
    """What `work` returns, in less than the time Slack gives; it writes in one `once_transaction`.

    When another transaction was in its way, or its connection broke, it is done again from its start; where
    the commit's fate is unknown its own delivery, noted in it, then tells.

    Raises:
        RecordAway: nothing was recorded, and never will be.
        Unanswered: it is recorded, without the answer.
        InDoubt: nobody can tell.
        AlreadyDone: it was carried out before.
    """
    until = time.monotonic() + WITHIN
    is_in_doubt = False
    while True:
        attempt = _Attempt(until)
        task = asyncio.create_task(_run(attempt, work))
        await asyncio.wait({task}, timeout=max(until - time.monotonic(), 0))
        if not task.done() and not attempt.give_up():
            await asyncio.wait({task}, timeout=COMMIT_WITHIN)
        if not task.done():
            raise _late(attempt, task, is_in_doubt=is_in_doubt)
        problem = task.exception()
        if problem is None:
            return task.result()
        if isinstance(problem, AlreadyDone) and is_in_doubt:
            raise Unanswered from problem
        if not is_away(problem):
            raise problem
        log.warning("record.away", why=problem, stage=attempt.stage.name)
        if attempt.stage is _Stage.COMMITTED:
            raise Unanswered from problem
        is_in_doubt |= attempt.stage is _Stage.COMMITTING and not was_rolled_back(problem)
        pause = BETWEEN_TRIES * (1 + random.random())
        may_repeat = is_in_doubt or was_in_the_way(problem) or had_broken(problem)
        if not may_repeat or time.monotonic() + pause >= until:
            if is_in_doubt:
                raise InDoubt from problem
            raise RecordAway(is_write=attempt.stage is not _Stage.READING) from problem
        await asyncio.sleep(pause)


def seconds_left() -> float:
    """How long whoever waits for `within_ack_window` still does; less than 0 once they were answered."""
    attempt = _attempt.get()
    return WITHIN if attempt is None or attempt.until is None else attempt.until - time.monotonic()


async def _run(attempt: _Attempt, work: Callable[[], Awaitable[T]]) -> T:
    _attempt.set(attempt)
    somebody_waits.set(True)
    return await work()


def _late(attempt: _Attempt, task: asyncio.Task[T], *, is_in_doubt: bool) -> Exception:
    """What to say of a try that did not end in time; one that was given up ends as soon as it can."""
    _left_behind.add(task)
    task.add_done_callback(_ended)
    if attempt.is_given_up:
        task.cancel()
    if attempt.stage is _Stage.COMMITTED:
        return Unanswered()
    if is_in_doubt or attempt.stage is _Stage.COMMITTING:
        return InDoubt()
    return RecordAway(is_write=attempt.stage is _Stage.WRITING)


def _ended(task: asyncio.Task[object]) -> None:
    _left_behind.discard(task)
    if not task.cancelled() and task.exception() is not None:
        log.warning("record.late", why=task.exception())
