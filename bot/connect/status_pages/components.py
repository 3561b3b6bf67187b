"""What a page shows parts for, read now and then: a form waits for it a moment, and is usable without."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.incidents.status_pages.contract import Component
from bot.slack.calls import SlackTrouble

log = structlog.get_logger()

HOLDS = 300.0
"""Seconds for which what was read is taken as it was."""
PATIENCE = 0.8
"""Seconds that a form waits for it."""


class KnownComponents:
    """The parts of one page; `read` asks it."""

    def __init__(self, read: Callable[[], Awaitable[Sequence[Component]]]) -> None:
        self._read = read
        self._known: Sequence[Component] | None = None
        self._read_at = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def get(self) -> Sequence[Component] | None:
        """As they were some minutes ago at most, or longer ago where the page does not answer; None: never.

        An answer that comes later than a form can wait is kept for the next.
        """
        if self._known is not None and time.monotonic() - self._read_at < HOLDS:
            return self._known
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._ask(), name="components")
        await asyncio.wait({self._reading}, timeout=PATIENCE)
        return self._known

    async def close(self) -> None:
        """Wait for nothing any more."""
        if self._reading:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    async def _ask(self) -> None:
        try:
            self._known, self._read_at = await self._read(), time.monotonic()
        except SlackTrouble as trouble:
            log.warning("components.unread", why=str(trouble))
