"""The page of metrics: what this process counted, and what the record says at this moment."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.incidents.views.figures import RecordFigures
from bot.metrics import (
    CATCH_UP_LAG_SECONDS,
    DATABASE_UP,
    INCIDENTS_OPEN,
    LAST_HEARD_SECONDS,
    OUTBOX_INTENTS,
    OUTBOX_OLDEST_SECONDS,
)
from bot.metrics.counting import Gauge, Labels

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Live = Mapping[Gauge, Callable[[], float]]
"""Gauges of this process, read when they are asked for."""
ASKED_EVERY = 1.0
"""Seconds that a page holds, so that nobody who asks keeps the database busy."""


class MetricsPage:
    """What `/metrics` shows of a Scribe that runs."""

    def __init__(self, figures: Callable[[], Awaitable[RecordFigures | None]], live: Live) -> None:
        self._figures = figures
        self._live = live
        self._asking = asyncio.Lock()
        self._read_at = -math.inf
        self._page = b""

    async def read(self) -> bytes:
        """How it is now, or was within the last second."""
        async with self._asking:
            if time.monotonic() - self._read_at > ASKED_EVERY:
                self._page = page(await self._figures(), self._live)
                self._read_at = time.monotonic()
        return self._page


def page(figures: RecordFigures | None, live: Live) -> bytes:
    """Every metric, as Prometheus reads it; those of a record that cannot be read have no number."""
    from bot.metrics.exposition import rendered  # loads a library, which few starts need

    return rendered({**{gauge: {(): read()} for gauge, read in live.items()}, **_of_record(figures)})


def _of_record(figures: RecordFigures | None) -> dict[Gauge, Mapping[Labels, float]]:
    if figures is None:
        return {DATABASE_UP: {(): 0.0}}
    return {
        DATABASE_UP: {(): 1.0},
        OUTBOX_INTENTS: figures.outbox,
        OUTBOX_OLDEST_SECONDS: {(kind,): seconds for kind, seconds in figures.oldest.items()},
        CATCH_UP_LAG_SECONDS: {(): figures.catch_up_lag},
        LAST_HEARD_SECONDS: {} if figures.last_heard is None else {(): figures.last_heard},
        INCIDENTS_OPEN: {(severity,): count for severity, count in figures.open_incidents.items()}
        or {("none",): 0.0},
    }
