"""When to catch up: at each connection, and every so often while incidents are open."""

from __future__ import annotations

import asyncio

import structlog

from bot.clock import Clock
from bot.incidents import intents
from storage import incidents, outbox
from storage.database import Database

log = structlog.get_logger()


class CatchUpScanner:
    """Asks for a catch-up of every open incident whenever it is woken."""

    def __init__(self, database: Database, clock: Clock, team_id: str) -> None:
        self._database = database
        self._clock = clock
        self._team_id = team_id
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="catch-up")

    def wake(self) -> None:
        """Something may have been missed."""
        self._due.set()

    async def stop(self) -> None:
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
                await self._ask()
            except Exception:  # the outermost loop: it must outlive a database that is gone for a while
                log.exception("catch_up.not_asked")

    async def _ask(self) -> None:
        async with self._database.write() as session:
            open_ids = await incidents.open_ids(session, self._team_id)
            asks = [intents.catch_up(incident_id) for incident_id in open_ids]
            await outbox.ask(session, asks, asked_at=self._clock.now())
