"""The recorder: what happens in incident channels, written many at a time, each durable before it is told.

Listeners await `record()`; whatever waits while one transaction commits goes into the next one together
(group commit). A batch that fails is tried again one by one, so that a bad happening fails alone and
everybody else's stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from storage.database import OUTBOX_TOUCHED, Database
from storage.record import Changes, MessageKey, RecordState, load_state, write_changes


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
        self._most_at_once = most_at_once
        self._entries: list[_Entry[H]] = []
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

    async def record(self, happening: H) -> None:
        """Return once the happening is committed.

        Raises:
            RecorderFull: more is waiting than the recorder may hold.
        """
        if len(self._entries) >= self._most_waiting or self._task is None:
            raise RecorderFull(f"{len(self._entries)} happenings wait to be written")
        entry = _Entry(happening, asyncio.get_running_loop().create_future())
        self._entries.append(entry)
        self._arrived.set()
        await entry.written

    async def _run(self) -> None:
        while self._task is not None:
            await self._arrived.wait()
            self._arrived.clear()
            while self._entries:
                batch, self._entries = (
                    self._entries[: self._most_at_once],
                    self._entries[self._most_at_once :],
                )
                await self._write_or_split([entry for entry in batch if not entry.written.done()])

    async def _write_or_split(self, batch: list[_Entry[H]]) -> None:
        if not batch:
            return
        try:
            await self._write([entry.happening for entry in batch])
        except Exception as problem:  # noqa: BLE001  (the outermost loop: each failure goes to its listener)
            if len(batch) == 1:
                _settle(batch[0], problem)
                return
            for entry in batch:
                await self._write_or_split([entry])
        else:
            for entry in batch:
                _settle(entry, None)

    async def _write(self, happenings: Sequence[H]) -> None:
        async with self._database.write() as session:
            connection = await session.connection()
            state = await connection.run_sync(load_state, {happening.key for happening in happenings})
            changes = self._decide(state, happenings)
            await connection.run_sync(write_changes, changes, self._now())
            if changes.asks:
                session.info[OUTBOX_TOUCHED] = True


def _settle(entry: _Entry[H], problem: Exception | None) -> None:
    if entry.written.done():
        return
    if problem is None:
        entry.written.set_result(None)
    else:
        entry.written.set_exception(problem)
