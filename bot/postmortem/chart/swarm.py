"""Dots on a line in time, stacked where they are close, so that each can be seen and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

RADII = (3.6, 2.8, 2.1, 1.6, 1.2)
"""In points: the largest that the room above the line allows is used."""
_APART = 2.25
"""The least distance between two middles, in radii."""


@dataclass(frozen=True, slots=True)
class Swarm:
    """The dots' places and their radius: `x` as given, `rises` above the line."""

    radius: float
    points: tuple[tuple[float, float], ...]

    @property
    def height(self) -> float:
        """How far the dots reach above the lowest dot's middle."""
        return max((rise for _, rise in self.points), default=0.0)


def swarm(places: Sequence[float], room: float) -> Swarm:
    """Stack dots at these places on the line, the x of each kept exactly, at most `room` points high.

    They overlap only when even the smallest ones do not fit one above the other.
    """
    places = sorted(places)
    for radius in RADII:
        rise = radius * _APART
        levels = _lowest_levels(places, rise, most=int(room / rise) + 1)
        if levels is not None:
            break
    else:
        levels = _levels_in_columns(places, rise)
        rise = room / max(levels)
    return Swarm(radius, tuple((x, level * rise) for x, level in zip(places, levels, strict=True)))


def _lowest_levels(places: Sequence[float], apart: float, most: int) -> list[int] | None:
    """For each place the lowest level that is free there; None if `most` levels do not suffice."""
    last: list[float] = []
    levels: list[int] = []
    for x in places:
        level = next((at for at, before in enumerate(last) if x - before >= apart), len(last))
        if level == most:
            return None
        if level == len(last):
            last.append(x)
        else:
            last[level] = x
        levels.append(level)
    return levels


def _levels_in_columns(places: Sequence[float], apart: float) -> list[int]:
    """Levels of dots stacked in columns, as in a histogram: one column for each width of a dot."""
    heights: Counter[int] = Counter()
    levels: list[int] = []
    for x in places:
        column = int(x // apart)
        levels.append(heights[column])
        heights[column] += 1
    return levels
