"""`python -m benchmarks.simulated`: a thousand workspaces at Slack's ceiling, from measured costs.

Events come at random, evenly shared by the replicas. A replica uses one core, since Python runs one thread at
a time: it takes what waits as one batch, which costs the same for each event, and a commit for all. Measured
are the costs; not measured, and not in here, are the network, and a database on another machine.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results.json"
WORKSPACES, PER_SECOND = 1_000, 8.0
COMMIT_MS, MOST_AT_ONCE, SECONDS = 2.0, 500, 20.0


@dataclass(frozen=True)
class Load:
    """How busy a replica's core is, the slowest in a hundred, and events a batch."""

    busy: float
    p99_ms: float
    batch: float


def simulate(per_second: float, event_ms: float, *, seed: int = 1) -> Load:
    """One replica to which so many events a second come."""
    chance = random.Random(seed)
    arrivals = list(_arrivals(chance, per_second))
    taken: list[float] = []
    now = busy = 0.0
    batches = done = 0
    while done < len(arrivals):
        now = max(now, arrivals[done])
        end = done
        while end < len(arrivals) and arrivals[end] <= now and end - done < MOST_AT_ONCE:
            end += 1
        working = (end - done) * event_ms / 1_000
        now += working + COMMIT_MS / 1_000
        busy += working
        taken += [now - at for at in arrivals[done:end]]
        batches += 1
        done = end
    return Load(busy / max(now, SECONDS), quantiles(taken, n=100)[98] * 1_000, len(arrivals) / batches)


def _arrivals(chance: random.Random, per_second: float) -> Iterator[float]:
    now = chance.expovariate(per_second)
    while now < SECONDS:
        yield now
        now += chance.expovariate(per_second)


def main() -> None:
    """Print the table that docs/explanation/scaling.md shows."""
    measured = json.loads(RESULTS.read_text())
    bot, database = measured["cpu_ms_per_event_http"], measured["cpu_ms_per_event_database"]
    table = Table("replicas", "of a core, each", "events a batch", "p99, ms", title="1,000 workspaces")
    rate = WORKSPACES * PER_SECOND
    fewest = int(rate * bot / 1_000) + 1
    for replicas in (fewest, round(fewest * 1.25), round(fewest * 1.5), fewest * 2):
        load = simulate(rate / replicas, bot)
        table.add_row(str(replicas), f"{load.busy:.2f}", f"{load.batch:.0f}", f"{load.p99_ms:.0f}")
    console = Console()
    console.print(table)
    console.print(f"{rate * bot / 1_000:.1f} cores of bots, {rate * database / 1_000:.1f} of PostgreSQL")


if __name__ == "__main__":
    main()
