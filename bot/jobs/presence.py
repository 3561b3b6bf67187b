"""Noting that Scribe is connected, so that the record can say when it was not."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.clock import Clock
from storage import presence
from storage.database import Database

log = structlog.get_logger()

BEAT_EVERY = 5.0
"""Seconds between two notes."""
ABSENT_AFTER = timedelta(seconds=30)
"""A silence that is longer was an absence: a socket that is renewed, or a restart, takes seconds."""


class Presence:
    """One per process; several replicas note the same, and are absent only together."""

    def __init__(
        self, database: Database, clock: Clock, team_id: str, is_connected: Callable[[], Awaitable[bool]]
    ) -> None:
        self._database = database
        self._clock = clock
        self._team_id = team_id
        self._is_connected = is_connected
        self._beat_at = -math.inf

    async def beat(self) -> None:
        """Note that Slack can reach Scribe now, if it can.

        Nothing is noted with a clock that follows Slack, which stands still between events. When the wall
        clock jumps between two beats, monotonic time shows that they were close, and no absence is kept.
        """
        if self._clock.follows_slack or not await self._is_connected():
            return
        was_here = time.monotonic() - self._beat_at < ABSENT_AFTER.total_seconds()
        async with self._database.write() as session:
            absence = await presence.note_heard(
                session,
                self._team_id,
                self._clock.now(),
                absent_after=timedelta.max if was_here else ABSENT_AFTER,
            )
        self._beat_at = time.monotonic()
        if absence:
            log.warning("scribe.was_away", since=absence.since.isoformat(), until=absence.until.isoformat())
