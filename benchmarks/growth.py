"""Memory, and time per event, with few and with many messages stored."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.payloads import envelope, message, mixed
from benchmarks.rig import Rig, folder, rig

FEW, MANY, BLOCK, ROUNDS = 1_000, 100_000, 2_000, 7


async def measure(*, is_quick: bool) -> dict[str, float]:
    """The same block of events into a small and a large record, in turns; the small one is new each time.

    The median of the ratios of pairs: a slow moment of the machine meets both of a pair.
    """
    many, rounds = (3_000, 1) if is_quick else (MANY, ROUNDS)
    ratios = []
    with folder() as place:
        await asyncio.to_thread(_make_record, _url(place, "many"))
        async with rig(_url(place, "many")) as full:
            idle = _megabytes()
            await _say(full, many)
            after = _megabytes()
            for number in range(rounds):
                block = range(many + number * BLOCK, many + (number + 1) * BLOCK)
                async with rig(_url(place, f"few{number}")) as few:
                    await _say(few, FEW)
                    small = await few.take(block, mixed)
                ratios.append(await full.take(block, mixed) / small)
    return {"rss_mb_idle": idle, "rss_mb_after_100k": after, "growth_100k_vs_1k": median(ratios)}


def _make_record(url: str) -> None:
    """As most starts find one; what migrates is not to count as memory of the app."""
    environment = {**os.environ, "DATABASE_URL": url}
    subprocess.run([sys.executable, "-m", "bot", "migrate"], env=environment, check=True, capture_output=True)


async def _say(app: Rig, count: int) -> None:
    """So many messages, a thousand at a time: the payloads are not to count as Scribe's memory."""
    for start in range(0, count, 1_000):
        await app.take(range(start, min(start + 1_000, count)), _said)


def _said(number: int) -> dict[str, Any]:
    return envelope(message(number), number)


def _url(place: Path, name: str) -> str:
    return f"sqlite:///{place / name}.db"


def _megabytes() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1_000_000
