"""Counters and histograms as plain numbers; they belong to the event loop's thread."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Seconds, for what a person or Slack waits for: 3 is all that Slack gives."""
SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
"""Seconds, for what Slack or its rate limits hold up."""
SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)

Labels = tuple[str, ...]


@dataclass(frozen=True)
class Gauge:
    """A number that goes up and down; whoever asks for it reads it at that moment."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counter:
    """A number that only grows, one for each combination of its labels' values."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    values: defaultdict[Labels, float] = field(default_factory=lambda: defaultdict(float), repr=False)

    def add(self, *labels: str, count: float = 1) -> None:
        self.values[labels] += count


@dataclass
class Observed:
    """What a histogram saw: how many values were at most each bound, and above all, and their sum."""

    counts: list[int]
    total: float = 0.0


@dataclass(frozen=True)
class Histogram:
    """How often a value was how large, for each combination of its labels' values."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    bounds: tuple[float, ...]
    values: dict[Labels, Observed] = field(default_factory=dict, repr=False)

    def observe(self, value: float, *labels: str) -> None:
        seen = self.values.get(labels)
        if seen is None:
            seen = self.values[labels] = Observed([0] * (len(self.bounds) + 1))
        seen.counts[bisect_left(self.bounds, value)] += 1
        seen.total += value


Metric = Counter | Gauge | Histogram
