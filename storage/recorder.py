"""The recorder: what happens in incident channels, written many at a time, each durable before it is told.

Listeners await `record()`; whatever waits while one transaction commits goes into the next one together
(group commit). A batch that fails is tried again one by one, so that a bad event fails alone and
everybody else's stands; but when the database itself is locked, full or gone, the batch is tried again whole,
and then everything that waits fails, to come again.

On PostgreSQL somebody else's session may hold a lock on one channel's record. What happens in such a channel
is written aside, a transaction for each channel, until that succeeds again: nobody else waits for it.
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
from storage.trouble import is_away, is_locked

log = structlog.get_logger()

BATCH_SECONDS = 0.05
"""How long a transaction may take: what people wait for is written between two of them."""
FEWEST = 25
GATHERED_WITHIN, GATHERED_FOR = 0.006, 0.0015
"""Seconds that a batch waits for more events at most, and for how long at a time: while more keeps coming.
The writer is free meanwhile, so that nothing a person waits for waits for it."""
TRY_AGAIN_FOR = 2.0
"""Seconds a batch waits for a database that is away; Slack sends again what is 3 s old."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5


class KeyedEvent(Protocol):
    """Something that happened to one message of a channel."""

    @property
    def key(self) -> MessageKey: ...


H = TypeVar("H", bound=KeyedEvent)
Channel = tuple[str, str]
"""(team_id, channel_id)"""


class RecorderFull(Exception):
    """Too much is waiting; the event stays un-acknowledged and Slack sends it again."""


@dataclass
class _Entry(Generic[H]):
    message_event: H
    written: asyncio.Future[None]
    came_at: float

    @property
    def channel(self) -> Channel:
        return self.message_event.key[:2]


class Recorder(Generic[H]):
    """Writes events in batches; `decide` is pure: rows and message events in, rows out.

    `on_written` is told of each batch that is committed, and how many seconds that took.
    """

    def __init__(
        self,
        database: Database,
        decide: Callable[[RecordState, Sequence[H]], Changes],
        now: Callable[[], datetime],
        *,
        on_written: Callable[[Sequence[H], float], None] | None = None,
        most_waiting: int = 20_000,
        most_at_once: int = 500,
    ) -> None:
        self._database = database
        self._decide = decide
        self._now = now
        self._on_written = on_written
        self._most_waiting = most_waiting
        self._most_at_once = self._at_once = most_at_once
        self._entries: list[_Entry[H]] = []
        self._aside: dict[Channel, list[_Entry[H]]] = {}
        self._tasks_aside: dict[Channel, asyncio.Task[None]] = {}
        self._is_full_told = False
        self.being_written = 0
        """How many events are in the transaction under way."""
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="recorder")

    async def stop(self) -> None:
        """Finish the batch that is being written; what still waits is left to Slack's redelivery."""
        task, self._task = self._task, None
        if task is None:
            return
        waiting = [*self._entries, *(entry for entries in self._aside.values() for entry in entries)]
        self._entries, self._aside = [], {}
        for entry in waiting:
            entry.written.cancel()
        self._arrived.set()
        await task  # which may still put something aside
        await asyncio.gather(*self._tasks_aside.values())

    @property
    def waiting(self) -> int:
        """How many events wait for their transaction, the ones being written aside."""
        return len(self._entries) + sum(map(len, self._aside.values()))

    @property
    def is_full(self) -> bool:
        """Whether a further event would be left to come again."""
        return self.waiting >= self._most_waiting

    @property
    def oldest_waiting(self) -> float:
        """For how many seconds the oldest event has been waiting for its transaction."""
        waiting = [entries[0] for entries in (self._entries, *self._aside.values()) if entries]
        return time.monotonic() - min(entry.came_at for entry in waiting) if waiting else 0.0

    async def record(self, message_event: H) -> None:
        """Return once the event is committed.

        Raises:
            RecorderFull: more is waiting than the recorder may hold.
        """
        if self.is_full or self._task is None:
            if not self._is_full_told:
                log.warning("recorder.full", waiting=self.waiting)
            self._is_full_told = True
            raise RecorderFull(f"{self.waiting} events wait to be written")
        self._is_full_told = False
        entry = _Entry(message_event, asyncio.get_running_loop().create_future(), time.monotonic())
        self._entries.append(entry)
        self._arrived.set()
        await entry.written

    async def _run(self) -> None:
        while self._task is not None:
            await self._arrived.wait()
            self._arrived.clear()
            while self._entries:
                await self._gather()
                batch, self._entries = self._entries[: self._at_once], self._entries[self._at_once :]
                batch = self._others([entry for entry in batch if not entry.written.done()])
                self.being_written = len(batch)
                await self._write_or_fail(batch)
                self.being_written = 0

    async def _gather(self) -> None:
        """Let a batch grow while events keep coming, since much of what it costs is for all of it.

        One that comes alone is written at once.
        """
        until, seen = time.monotonic() + GATHERED_WITHIN, 1
        while seen < len(self._entries) < self._at_once and time.monotonic() < until:
            seen = len(self._entries)
            await asyncio.sleep(GATHERED_FOR)

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
            await self._write_patiently([entry.message_event for entry in batch])
        except Exception as problem:
            if is_locked(problem):
                self._put_aside(batch)
                return
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

    async def _write_patiently(self, message_events: Sequence[H]) -> None:
        """Write a batch; while the database is away try again for a moment, but not when stopping."""
        until, pause = time.monotonic() + TRY_AGAIN_FOR, FIRST_PAUSE
        while True:
            try:
                await self._write(message_events)
                return
            except Exception as problem:
                if (
                    is_locked(problem)
                    or not is_away(problem)
                    or self._task is None
                    or time.monotonic() + pause > until
                ):
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

    # --- channels that are locked -----------------------------------------------------------------

    def _others(self, batch: list[_Entry[H]]) -> list[_Entry[H]]:
        """Those of a batch whose channels are not written aside; the rest goes there."""
        if not self._aside:
            return batch
        self._put_aside([entry for entry in batch if entry.channel in self._aside])
        return [entry for entry in batch if entry.channel not in self._aside]

    def _put_aside(self, batch: list[_Entry[H]]) -> None:
        """Write these in a task for each channel, since one or more channels are locked."""
        for entry in batch:
            self._aside.setdefault(entry.channel, []).append(entry)
        for channel in {entry.channel for entry in batch} - self._tasks_aside.keys():
            task = asyncio.create_task(self._write_aside(channel), name=f"aside {channel[1]}")
            self._tasks_aside[channel] = task

    async def _write_aside(self, channel: Channel) -> None:
        """Write what waits of one channel, until nothing does; what waited too long fails, to come again.

        Once that succeeds it is written with the others again.
        """
        pause = FIRST_PAUSE
        try:
            while waiting := self._aside.get(channel):
                batch, self._aside[channel] = waiting[: self._at_once], waiting[self._at_once :]
                try:
                    await self._write([entry.message_event for entry in batch], is_aside=True)
                except Exception as problem:  # noqa: BLE001  (an outermost loop: it goes to the listeners)
                    await self._fail_aside(channel, batch, problem)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                else:
                    for entry in batch:
                        _settle(entry, None)
                    if not self._aside.get(channel):
                        self._aside.pop(channel, None)
        finally:
            del self._tasks_aside[channel]

    async def _fail_aside(self, channel: Channel, batch: list[_Entry[H]], problem: Exception) -> None:
        if is_locked(problem):
            oldest = time.monotonic() - TRY_AGAIN_FOR
            late = [entry for entry in batch if entry.came_at < oldest or self._task is None]
            if late:
                log.warning("recorder.locked", channel=channel[1], left_to_come_again=len(late))
            if channel in self._aside:
                self._aside[channel] = [e for e in batch if e not in late] + self._aside[channel]
        elif is_away(problem) or len(batch) == 1:
            late = batch
        else:
            late = []
            for entry in batch:
                try:
                    await self._write_or_split([entry])
                except Exception as away:  # noqa: BLE001  (it goes to its listener)
                    _settle(entry, away)
        for entry in late:
            _settle(entry, problem)

    async def _write(self, message_events: Sequence[H], *, is_aside: bool = False) -> None:
        def work(connection: Connection) -> bool:
            began = time.monotonic()
            state = load_state(connection, {message_event.key for message_event in message_events})
            changes = self._decide(state, message_events)
            write_changes(connection, changes, self._now())
            if not is_aside:
                self._adapt(len(message_events), time.monotonic() - began)
            return bool(changes.asks)

        began = time.monotonic()
        has_asked = await self._database.write_batch(work, is_aside=is_aside)
        if self._on_written:
            self._on_written(message_events, time.monotonic() - began)
        if has_asked:
            self._database.outbox_touched()


def _settle(entry: _Entry[H], problem: Exception | None) -> None:
    if entry.written.done():
        return
    if problem is None:
        entry.written.set_result(None)
    else:
        entry.written.set_exception(problem)
