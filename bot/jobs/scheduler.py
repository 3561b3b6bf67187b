"""APScheduler only wakes scanners; the work runs in tasks of Scribe's own that finish what they began."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler


def start_scheduler(wakes: Mapping[Callable[[], None], float]) -> AsyncIOScheduler:
    """Call each of `wakes` every so many seconds, from now until `shutdown()`."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for wake, seconds in wakes.items():
        scheduler.add_job(wake, "interval", seconds=seconds, coalesce=True, max_instances=1)
    scheduler.start()
    return scheduler
