"""APScheduler only wakes scanners; the work runs in tasks of Scribe's own that finish what they began.

APScheduler goes by the wall clock, which may be set back by an hour: then nothing would be woken for an hour.
So a look at monotonic time, once a second, has everything woken when the two disagree.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

LOOK_EVERY = 1.0
A_DAY = timedelta(days=1)
JUMP = timedelta(seconds=3)
"""How far the wall clock may go off between two looks before it has jumped."""


def _wall() -> datetime:
    return datetime.now(UTC)


def start_scheduler(
    wakes: Mapping[Callable[[], None], float], *, wall: Callable[[], datetime] = _wall
) -> AsyncIOScheduler:
    """Call each of `wakes` every so many seconds until `shutdown()`, whatever the wall clock does."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for wake, seconds in wakes.items():
        scheduler.add_job(wake, "interval", seconds=seconds, coalesce=True, max_instances=1)
    scheduler.start()
    _watch(scheduler, wall, wall(), time.monotonic())
    return scheduler


def _watch(scheduler: AsyncIOScheduler, wall: Callable[[], datetime], at: datetime, monotonic: float) -> None:
    """Look again in a second whether the wall clock has gone on as it should."""

    def look() -> None:
        if not scheduler.running:
            return
        now, passed = wall(), timedelta(seconds=time.monotonic() - monotonic)
        jumped = now - at - passed
        if abs(jumped) > JUMP:
            log.warning("clock.jumped", seconds=round(jumped.total_seconds()))
            for job in scheduler.get_jobs():
                if job.trigger.interval < A_DAY:  # what comes once a day can wait for a clock that is right
                    job.modify(next_run_time=datetime.now(UTC))
        _watch(scheduler, wall, now, time.monotonic())

    asyncio.get_running_loop().call_later(LOOK_EVERY, look)
