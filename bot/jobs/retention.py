"""Forgetting, once a day, what is older than `RETENTION_DAYS` and on nobody's record; deploys after two days.

Deleting twice deletes once, so several replicas may each do it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.clock import Clock, ts_of
from bot.incidents.deploys import REMEMBERED
from storage import alerts, audit, deploys, retention
from storage.database import Database

log = structlog.get_logger()

SWEEP_EVERY = 86_400.0
"""Seconds between two sweeps."""
DELIVERED_TWICE_WITHIN = timedelta(days=1)
AT_ONCE = 500
"""Messages per transaction, so that nobody waits for it."""


class Retention:
    """One per process; `days` 0 keeps everything."""

    def __init__(self, database: Database, clock: Clock, days: int) -> None:
        self._database = database
        self._clock = clock
        self._days = days

    async def sweep(self) -> None:
        """Forget, a few rows per transaction, until nothing old is left."""
        now = self._clock.now()
        async with self._database.write() as session:
            await retention.forget_deliveries(session, now - DELIVERED_TWICE_WITHIN)
            await deploys.forget(session, now - REMEMBERED)
        if not self._days:
            return
        oldest = now - timedelta(days=self._days)
        async with self._database.write() as session:
            await retention.forget_sent(session, oldest)
            await audit.forget(session, oldest)
            await alerts.forget(session, oldest)
        forgotten = 0
        while True:
            async with self._database.write() as session:
                some = await retention.forget_messages(session, ts_of(oldest), limit=AT_ONCE)
            forgotten += some
            if some < AT_ONCE:
                break
        if forgotten:
            log.info("retention.forgotten", messages=forgotten)
