"""The recorder: what happens in incident channels, written many at a time, each durable before it is told.

Listeners await `record()`; whatever waits while one transaction commits goes into the next one together
(group commit). A batch that fails is tried again one by one, so that a bad happening fails alone and
everybody else's stands; but when the database itself is locked, full or gone, the batch is tried again whole,
and then everything that waits fails, to come again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from storage.database import Database
from storage.record import Changes, MessageKey, RecordState, load_state, write_changes
from storage.trouble import is_away

log = structlog.get_logger()

BATCH_SECONDS = 0.05
"""How long a transaction may take: what people wait for is written between two of them."""
FEWEST = 25
TRY_AGAIN_FOR = 2.0
"""Seconds a batch waits for a database that is away; Slack sends again what is 3 s old."""
FIRST_PAUSE = 0.05


class Happening(Protocol):
    """Something that happened to one message of a channel."""

    @property
    def key(self) -> MessageKey: ...


H = TypeVar("H", bound=Happening)


class RecorderFull(Exception):
    """Too much is waiting; the event stays un-acknowledged and Slack sends it again."""


@dataclass
class _Entry(Generic[H]):
    happening: H
    written: asyncio.Future[None]


class Recorder(Generic[H]):
    """Writes happenings in batches; `decide` is pure: rows and happenings in, rows out."""

    def __init__(
        self,
        database: Database,
        decide: Callable[[RecordState, Sequence[H]], Changes],
        now: Callable[[], datetime],
        *,
        most_waiting: int = 20_000,
        most_at_once: int = 500,
    ) -> None:
        self._database = database
        self._decide = decide
        self._now = now
        self._most_waiting = most_waiting
        self._most_at_once = self._at_once = most_at_once
        self._entries: list[_Entry[H]] = []
        self._is_full_told = False
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="recorder")

    async def stop(self) -> None:
        """Finish the batch that is being written; what still waits is left to Slack's redelivery."""
        task, self._task = self._task, None
        if task is None:
            return
        waiting, self._entries = self._entries, []
        for entry in waiting:
            entry.written.cancel()
        self._arrived.set()
        await task

    @property
    def waiting(self) -> int:
        """How many happenings wait for their transaction, the ones being written aside."""
        return len(self._entries)

    async def record(self, happening: H) -> None:
        """Return once the happening is committed.

        Raises:
            RecorderFull: more is waiting than the recorder may hold.
        """
        if len(self._entries) >= self._most_waiting or self._task is None:
            if not self._is_full_told:
                log.warning("recorder.full", waiting=len(self._entries))
            self._is_full_told = True
            raise RecorderFull(f"{len(self._entries)} happenings wait to be written")
        self._is_full_told = False
        entry = _Entry(happening, asyncio.get_running_loop().create_future())
        self._entries.append(entry)
        self._arrived.set()
        await entry.written

    async def _run(self) -> None:
        while self._task is not None:
            await self._arrived.wait()
            self._arrived.clear()
            while self._entries:
                batch, self._entries = self._entries[: self._at_once], self._entries[self._at_once :]
                await self._write_or_fail([entry for entry in batch if not entry.written.done()])

    async def _write_or_fail(self, batch: list[_Entry[H]]) -> None:
        try:
            await self._write_or_split(batch)
        except Exception as problem:  # noqa: BLE001  (the outermost loop: the failure goes to its listeners)
            waiting, self._entries = self._entries, []
            log.warning("recorder.away", left_to_come_again=len(batch) + len(waiting), why=repr(problem))
            for entry in [*batch, *waiting]:
                _settle(entry, problem)

    async def _write_or_split(self, batch: list[_Entry[H]]) -> None:
        """Settle each of a batch; what is raised is the database being away, with some not settled."""
        if not batch:
            return
        try:
            await self._write_patiently([entry.happening for entry in batch])
        except Exception as problem:
            if is_away(problem):
                raise
            if len(batch) == 1:
                _settle(batch[0], problem)
                return
            for entry in batch:
                await self._write_or_split([entry])
        else:
            for entry in batch:
                _settle(entry, None)

    async def _write_patiently(self, happenings: Sequence[H]) -> None:
        """Write a batch; while the database is away try again for a moment, but not when stopping."""
        until, pause = time.monotonic() + TRY_AGAIN_FOR, FIRST_PAUSE
        while True:
            try:
                await self._write(happenings)
                return
            except Exception as problem:
                if not is_away(problem) or self._task is None or time.monotonic() + pause > until:
                    raise
            await asyncio.sleep(pause)
            pause *= 2

    def _adapt(self, written: int, seconds: float) -> None:
        """Let the next batch be as large as what can be written in the time a transaction may take.

        It shrinks and grows by half and double at most, since one slow moment says little.
        """
        if written < FEWEST:
            return
        fits = int(written * BATCH_SECONDS / max(seconds, 0.001))
        in_steps = max(self._at_once // 2, min(fits, self._at_once * 2))
        self._at_once = max(FEWEST, min(in_steps, self._most_at_once))

    async def _write(self, happenings: Sequence[H]) -> None:
        def work(connection: Connection) -> bool:
            began = time.monotonic()
            state = load_state(connection, {happening.key for happening in happenings})
            changes = self._decide(state, happenings)
            write_changes(connection, changes, self._now())
            self._adapt(len(happenings), time.monotonic() - began)
            return bool(changes.asks)

        if await self._database.write_batch(work):
            self._database.outbox_touched()


def _settle(entry: _Entry[H], problem: Exception | None) -> None:
    if entry.written.done():
        return
    if problem is None:
        entry.written.set_result(None)
    else:
        entry.written.set_exception(problem)
