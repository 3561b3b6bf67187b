"""The axis of time: to scale, apart from marked breaks where a long time would take the room of the rest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import fsum

Span = tuple[datetime, datetime]

SHARE = 2 / 3
"""The least share of the width that the incident itself has."""
_MOST = 3
"""The most breaks inside an incident, and the most that stand outside before a whole side is one."""
_LONG = 0.15
"""A gap is long from this share of the time on."""
_PER_GAP, _COUNTED = 0.05, 6
"""The share of the time that the gaps beside the long ones want each, and how many of them count."""
_UNITS = (
    ("y", timedelta(days=365)),
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("min", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
)


@dataclass(frozen=True, slots=True)
class Break:
    """A time that has less room than it would have to scale: from `left` to `right`."""

    since: datetime
    until: datetime
    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def label(self) -> str:
        return in_short(self.until - self.since)


@dataclass(frozen=True, slots=True)
class Axis:
    """Where each moment stands. `pieces` are the times between the breaks, all to one scale."""

    moments: tuple[datetime, ...]
    places: tuple[float, ...]
    pieces: tuple[Span, ...]
    breaks: tuple[Break, ...]

    def x(self, at: datetime) -> float:
        number = bisect_right(self.moments, at)
        if number in (0, len(self.moments)):
            return self.places[min(number, len(self.places) - 1)]
        since, left = self.moments[number - 1], self.places[number - 1]
        return left + (at - since) / (self.moments[number] - since) * (self.places[number] - left)


@dataclass(frozen=True, slots=True)
class Room:
    """The width that there is: a piece has `pad` before and after it, a break at least `narrowest`.

    `width_of` measures a break's label.
    """

    left: float
    right: float
    pad: float
    narrowest: float
    width_of: Callable[[str], float]


def axis_of(moments: Sequence[datetime], incident: Span, room: Room) -> Axis:
    """The axis for everything that is shown, of which at least `SHARE` is the incident's, if that lasted.

    `moments` are sorted, each once, and the incident's ends are among them.
    """
    first, last = moments[0], moments[-1]
    if first == last:
        return Axis((first,), ((room.left + room.right) / 2,), ((first, last),), ())
    since, until = incident if incident[0] < incident[1] else (first, last)
    inside = _long_gaps([at for at in moments if since <= at <= until])
    outside = [gap for gap in pairwise(moments) if gap[1] <= since or gap[0] >= until]
    outside.sort(key=_length, reverse=True)
    for count in range(_MOST + 1):
        axis = _built(moments, [*inside, *outside[:count]], room, squeezed=())
        if axis and axis.x(until) - axis.x(since) >= SHARE * (room.right - room.left):
            return axis
    to_scale = until - since - sum(map(_length, inside), timedelta())
    wide = to_scale * ((1 - SHARE) / 2)
    sides = [side for side in ((first, since), (until, last)) if _length(side) > wide]
    axis = _built(moments, [*inside, *sides], room, squeezed=sides)
    assert axis is not None
    return axis


def _length(span: Span) -> timedelta:
    return span[1] - span[0]


def _long_gaps(moments: Sequence[datetime]) -> list[Span]:
    """The gaps beside which the others would hardly be seen; at most `_MOST`."""
    gaps = sorted(pairwise(moments), key=_length, reverse=True)
    total = moments[-1] - moments[0]
    found: list[Span] = []
    while count := _needless(gaps, total, _MOST - len(found)):
        found += gaps[:count]
        total -= sum(map(_length, gaps[:count]), timedelta())
        gaps = gaps[count:]
    return found


def _needless(gaps: Sequence[Span], total: timedelta, most: int) -> int:
    """How many of the longest gaps have to go, so that the others have the room they want; 0 if they do.

    Each has to make room for two others at least: three phases of which one is short are shown as they are.
    """
    rest = total
    for count, gap in enumerate(gaps[:most], 1):
        if _length(gap) < total * _LONG:
            return 0
        rest -= _length(gap)
        others = len(gaps) - count
        if others >= 2 * count and timedelta() < rest < total * (_PER_GAP * min(others, _COUNTED)):
            return count
    return 0


def _built(
    moments: Sequence[datetime], cuts: Sequence[Span], room: Room, squeezed: Sequence[Span]
) -> Axis | None:
    """The axis with these times cut out; None where the breaks leave nothing for what is to scale."""
    cuts = sorted(cuts)
    ends = [moments[0], *(end for cut in cuts for end in cut), moments[-1]]
    pieces = list(zip(ends[::2], ends[1::2], strict=True))
    side = (room.right - room.left) * (1 - SHARE) / 2 - 3 * room.pad
    widths = [
        side if cut in squeezed else max(room.narrowest, room.width_of(in_short(_length(cut))) + 8)
        for cut in cuts
    ]
    to_scale = (room.right - room.left) - fsum(widths) - 2 * room.pad * len(pieces)
    length = sum(map(_length, pieces), timedelta())
    if to_scale <= 0 or not length:
        return None
    places: list[tuple[datetime, float]] = []
    breaks: list[Break] = []
    x = room.left
    for number, piece in enumerate(pieces):
        if number:
            breaks.append(Break(*cuts[number - 1], x, x + widths[number - 1]))
            x += widths[number - 1]
        left = x + room.pad
        right = left + _length(piece) / length * to_scale
        # a piece of no length is one moment
        places += [(piece[0], left), (piece[1], right)] if piece[0] < piece[1] else [(piece[0], left)]
        x = right + room.pad
    return Axis(tuple(at for at, _ in places), tuple(x for _, x in places), tuple(pieces), tuple(breaks))


def free(left: float, right: float, breaks: Sequence[Break]) -> Iterator[tuple[float, float]]:
    """The parts of this range that no break covers."""
    for one in breaks:
        if left < one.right and one.left < right:
            if left < one.left:
                yield left, one.left
            left = one.right
    if left < right:
        yield left, right


def in_short(span: timedelta) -> str:
    """A length of time in one unit, rounded: `15 h`, `40 min`, `5 d`; of less than three, in the next."""
    unit, size = next((one for one in _UNITS if span >= 3 * one[1]), _UNITS[-1])
    return f"{round(span / size):,} {unit}"
