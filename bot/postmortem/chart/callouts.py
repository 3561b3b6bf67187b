"""Labels that are wider than what they name: they stand below it, at the end of a line that leads there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 5.0
"""Points between a label and its line."""
APART = 11.0
"""Points between two labels, and between a label and another's line: readers may have wider typefaces."""


@dataclass(frozen=True, slots=True)
class Callout:
    """A label for what is at `x`; the label is `width` points wide."""

    x: float
    text: str
    width: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A label in its row, counted from 0; its words begin at `left`."""

    callout: Callout
    row: int
    left: float

    @property
    def right(self) -> float:
        return self.left + self.callout.width


def place(callouts: Sequence[Callout], left: float, right: float) -> list[Placed]:
    """Give every label a row, so that none covers another or leaves the range from `left` to `right`.

    A line to a lower row passes beside the labels above it wherever possible.
    """
    placed: list[Placed] = []
    waiting = sorted(callouts, key=lambda one: (one.x, one.text))
    while waiting:
        callout = waiting.pop()
        rows = 1 + max((other.row for other in placed), default=-1)
        options = [
            option
            for row in range(rows + 1)
            for option in _either_side(callout, row, left, right)
            if not any(_overlap(option, other) for other in placed if other.row == row)
        ]
        placed.append(min(options, key=lambda option: (_crossings(option, placed, waiting), option.row)))
    return placed


def _either_side(callout: Callout, row: int, left: float, right: float) -> list[Placed]:
    """The places right and left of its line that have room; when neither has, the label is moved inside."""
    starts = [callout.x + GAP, callout.x - GAP - callout.width]
    inside = [at for at in starts if at >= left and at + callout.width <= right]
    return [Placed(callout, row, at) for at in inside or [max(left, min(callout.x, right - callout.width))]]


def _overlap(one: Placed, other: Placed) -> bool:
    return one.left < other.right + APART and other.left < one.right + APART


def _crossings(option: Placed, placed: Sequence[Placed], waiting: Sequence[Callout]) -> int:
    """How many labels the lines would cross, those of labels without a place yet included."""
    return (
        sum(_is_across(other.callout, option) for other in placed if other.row > option.row)
        + sum(_is_across(option.callout, other) for other in placed if other.row <= option.row)
        + sum(_is_across(other, option) for other in waiting)
    )


def _is_across(callout: Callout, label: Placed) -> bool:
    return label.left - APART < callout.x < label.right + APART
