"""A job that runs whenever it is woken, in a task of its own that is never cancelled half-way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()


class PeriodicJob:
    """Does its work once each time it is woken; wakes that come meanwhile are one."""

    def __init__(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._work = work
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """There may be something to do."""
        self._due.set()

    async def stop(self) -> None:
        """Finish what is being done."""
        task, self._task = self._task, None
        self._due.set()
        if task:
            await task

    async def _run(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            if self._task is None:
                return
            try:
                await self._work()
            except Exception:  # the outermost loop: it must outlive a database that is gone for a while
                log.exception("job.failed", job=self._name)
