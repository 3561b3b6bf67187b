"""Names that are wider than what they name: each below it, at the end of a line that leads there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 5.0
"""Points between a name and its line, and between two names."""


@dataclass(frozen=True, slots=True)
class Callout:
    """A name for what is at `x`, `width` points wide."""

    x: float
    text: str
    width: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A name in its row, the first being 0; its words begin at `left`."""

    callout: Callout
    row: int
    left: float

    @property
    def right(self) -> float:
        return self.left + self.callout.width


def place(callouts: Sequence[Callout], left: float, right: float) -> list[Placed]:
    """Give every name a row so that none covers another or runs out of `left` to `right`.

    A line that leads to a lower row passes beside the names above it wherever there is such a place.
    """
    placed: list[Placed] = []
    for callout in sorted(callouts, key=lambda one: (-one.x, one.text)):
        rows = 1 + max((other.row for other in placed), default=-1)
        options = [
            option
            for row in range(rows + 1)
            for option in _either_side(callout, row, left, right)
            if not any(_overlap(option, other) for other in placed if other.row == row)
        ]
        placed.append(min(options, key=lambda option: (_crossings(option, placed), option.row)))
    return placed


def _either_side(callout: Callout, row: int, left: float, right: float) -> list[Placed]:
    """After its line and before it, as far as there is room; pushed inside when there is on neither side."""
    starts = [callout.x + GAP, callout.x - GAP - callout.width]
    inside = [at for at in starts if at >= left and at + callout.width <= right]
    return [Placed(callout, row, at) for at in inside or [max(left, min(callout.x, right - callout.width))]]


def _overlap(one: Placed, other: Placed) -> bool:
    return one.left < other.right + GAP and other.left < one.right + GAP


def _crossings(option: Placed, placed: Sequence[Placed]) -> int:
    """How many names the lines would run through."""
    return sum(
        _runs_through(option, other) if other.row < option.row else _runs_through(other, option)
        for other in placed
        if other.row != option.row
    ) + sum(
        other.left - GAP / 2 < option.callout.x < other.right + GAP / 2
        for other in placed
        if other.row == option.row
    )


def _runs_through(lower: Placed, upper: Placed) -> bool:
    return upper.left - GAP / 2 < lower.callout.x < upper.right + GAP / 2
