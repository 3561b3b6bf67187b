"""Alerts through the hooks of the shipped app into durable SQLite: a thousand in ten seconds, or all at once.

Over HTTP on this machine, one alert in a delivery, all of one group, as a storm comes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import quantiles
from typing import Any

import aiohttp

from benchmarks.rig import folder, rig
from bot.http.hooks import hook_routes
from bot.http.server import HttpServer

TOKEN = "a-token-of-the-bench-0123"
ALERTS, SECONDS = 1000, 10.0
AT_ONCE = 32
"""Deliveries under way where as many are sent as go."""


async def measure(*, is_quick: bool) -> dict[str, float]:
    """The slowest in a hundred answers of a storm at its pace, and how many alerts a second are kept."""
    count, seconds = (100, 1.0) if is_quick else (ALERTS, SECONDS)
    async with hook() as storm:
        taken = await storm.at_pace(count, seconds)
    async with hook() as storm:
        began = time.perf_counter()
        await storm.as_many_as_go(count)
        rate = count / (time.perf_counter() - began)
    return {"hook_ack_p99_ms": quantiles(taken, n=100)[98] * 1000, "alerts_per_s": rate}


class Storm:
    """Who sends the alerts."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http

    async def at_pace(self, count: int, seconds: float) -> list[float]:
        """Seconds until each answer; whoever was told to send it again did so until it was kept."""
        began = time.perf_counter()
        taken: list[float] = []

        async def send(number: int) -> None:
            await asyncio.sleep(max(began + number * seconds / count - time.perf_counter(), 0))
            await self._tell(number, taken)

        await asyncio.gather(*(send(number) for number in range(count)))
        return taken

    async def as_many_as_go(self, count: int) -> None:
        """All of them, some at once."""
        numbers = iter(range(count))

        async def sender() -> None:
            for number in numbers:
                await self._tell(number, [])

        await asyncio.gather(*(sender() for _ in range(AT_ONCE)))

    async def _tell(self, number: int, taken: list[float]) -> None:
        while True:  # as every sender does
            sent = time.perf_counter()
            async with self._http.post(self._url, json=delivery(number)) as answer:
                taken.append(time.perf_counter() - sent)
                if answer.status == 200:
                    return
                if answer.status != 503:
                    raise RuntimeError(f"a delivery was answered with {answer.status}")
            await asyncio.sleep(0.1)


def delivery(number: int) -> dict[str, Any]:
    """One alert as Alertmanager sends it."""
    labels = {"alertname": "HighErrorRate", "severity": "critical", "instance": f"web-{number}"}
    return {
        "version": "4",
        "groupKey": '{}:{alertname="HighErrorRate"}',
        "receiver": "scribe",
        "status": "firing",
        "alerts": [
            {
                "status": "firing",
                "labels": labels,
                "annotations": {"summary": "Checkout fails"},
                "startsAt": "2023-09-10T14:05:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://prometheus.example.com/graph",
                "fingerprint": f"{number:016x}",
            }
        ],
    }


@asynccontextmanager
async def hook() -> AsyncIterator[Storm]:
    """The hook of Alertmanager, on a database of its own on a real disk."""
    with folder() as place:
        async with rig(f"sqlite:///{place / 'alerts.db'}", hooks_token=TOKEN) as app:
            server = HttpServer("127.0.0.1", 0, hook_routes(app.scribe))
            await server.open()
            headers = {"Authorization": f"Bearer {TOKEN}"}
            try:
                async with aiohttp.ClientSession(headers=headers) as http:
                    yield Storm(f"{server.url}hooks/alertmanager", http)
            finally:
                await server.close()
