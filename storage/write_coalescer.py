"""Small writes that share a transaction where the database has one writer.

On SQLite every transaction costs a synchronised write and the only writer's time, so what waits while one
is being written goes into the next one together. Postgres writes side by side, and each goes alone: rows
locked one write at a time cannot be waited for in a circle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.trouble import is_away

MOST_TOGETHER = 50

Work = Callable[[AsyncSession], Awaitable[None]]
Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@dataclass
class _Entry:
    work: Work
    written: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class WriteCoalescer:
    """Writes each piece of work durably; whoever comes first writes for those who came meanwhile.

    `begin` opens a transaction; `has_one_writer`: of the database, so that sharing one pays.
    """

    def __init__(self, begin: Begin, *, has_one_writer: bool) -> None:
        self._begin = begin
        self._has_one_writer = has_one_writer
        self._entries: list[_Entry] = []
        self._writing = asyncio.Lock()

    async def write(self, work: Work) -> None:
        """Return once `work` is committed; one that fails raises its own failure and nobody else's.

        `work` may be run again when the transaction it shared failed, so it must only write.
        """
        if not self._has_one_writer:
            await self._write([work])
            return
        entry = _Entry(work)
        self._entries.append(entry)
        async with self._writing:
            while not entry.written.done():
                batch, self._entries = self._entries[:MOST_TOGETHER], self._entries[MOST_TOGETHER:]
                try:
                    await self._write_or_split(batch)
                except BaseException:
                    # whoever writes for others was cancelled: they are still here and write for themselves
                    left = [other for other in batch if other is not entry and not other.written.done()]
                    self._entries = left + self._entries
                    raise
        entry.written.result()

    async def _write_or_split(self, batch: list[_Entry]) -> None:
        try:
            await self._write([entry.work for entry in batch])
        except Exception as problem:  # noqa: BLE001  (each failure goes to the one whose work failed)
            if is_away(problem) or len(batch) == 1:  # a database that is away fails them all alike
                for entry in batch:
                    entry.written.set_exception(problem)
                return
            for entry in batch:
                await self._write_or_split([entry])
        else:
            for entry in batch:
                entry.written.set_result(None)

    async def _write(self, works: list[Work]) -> None:
        async with self._begin() as session:
            for work in works:
                await work(session)
