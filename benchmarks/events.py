"""Events per second through the whole app into SQLite, in batches and one by one."""

from __future__ import annotations

from statistics import median

from benchmarks.payloads import mixed
from benchmarks.rig import folder, rig

EVENTS, ONE_BY_ONE, ROUNDS = 20_000, 1_000, 3


async def measure(*, is_quick: bool) -> dict[str, float]:
    """Both ways in turns, so that a slow moment of the machine meets both; medians."""
    events, singles = (1_000, 100) if is_quick else (EVENTS, ONE_BY_ONE)
    batched, alone = [], []
    for _ in range(1 if is_quick else ROUNDS):
        with folder() as place:
            async with rig(f"sqlite:///{place / 'batched.db'}") as app:
                batched.append(events / await app.take(range(events), mixed))
            async with rig(f"sqlite:///{place / 'alone.db'}", most_at_once=1) as app:
                alone.append(singles / await app.take(range(singles), mixed))
    return {"events_per_s": median(batched), "vs_one_transaction_each": median(batched) / median(alone)}
