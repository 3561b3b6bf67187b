"""Memory, and time per event, with few and with many messages stored."""

from __future__ import annotations

import gc
from statistics import median

import psutil

from benchmarks.payloads import envelope, message, mixed
from benchmarks.rig import folder, rig

FEW, MANY, BLOCK, ROUNDS = 1_000, 100_000, 2_000, 5


def _megabytes() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1_000_000


async def measure(*, is_quick: bool) -> dict[str, float]:
    """The same blocks of events into a small and a large record, in turns."""
    many = 3_000 if is_quick else MANY
    small, large = [], []
    with folder() as place:
        async with (
            rig(f"sqlite:///{place / 'few.db'}") as few,
            rig(f"sqlite:///{place / 'many.db'}") as full,
        ):
            idle = _megabytes()
            await few.take(range(FEW), lambda number: envelope(message(number), number))
            for start in range(0, many, 10_000):
                block = range(start, min(start + 10_000, many))
                await full.take(block, lambda number: envelope(message(number), number))
            after = _megabytes()
            for number in range(1 if is_quick else ROUNDS):
                block = range(many + number * BLOCK, many + (number + 1) * BLOCK)
                small.append(await few.take(block, mixed))
                large.append(await full.take(block, mixed))
    return {
        "rss_mb_idle": idle,
        "rss_mb_after_100k": after,
        "growth_100k_vs_1k": median(large) / median(small),
    }
