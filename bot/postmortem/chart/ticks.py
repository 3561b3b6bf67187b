"""The ticks of the time axis and their labels, in wall-clock time of a zone, also where its clocks change."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.text.spans import zone_name

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400
STEPS = (
    *(_SECOND * count for count in (1, 2, 5, 10, 15, 30)),
    *(_MINUTE * count for count in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * count for count in (1, 2, 3, 6, 12)),
    *(_DAY * count for count in (1, 2, 7, 14, 30, 90, 365, 3650)),
)
"""Seconds of wall-clock time between two ticks, at steps that are usual on a clock or a calendar."""

_CLOCKS_MOVE_BY = timedelta(hours=3)
"""More than any zone's clocks have been set back at once since 1970."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis. `under` stands below the label where the day or the zone's clocks change."""

    at: datetime
    label: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Spanning:
    """What all times of an axis have in common, so that the labels need not repeat it."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def days(self) -> tuple[date, date]:
        return self.since.astimezone(self.zone).date(), self.until.astimezone(self.zone).date()

    @property
    def clocks_change(self) -> bool:
        """Whether the zone's offset from UTC differs between start and end."""
        return self.since.astimezone(self.zone).utcoffset() != self.until.astimezone(self.zone).utcoffset()

    def in_words(self) -> str:
        """The days: `Sun 10 Sep 2023`, or from when to when."""
        first, last = self.days
        if first == last:
            return day_in_words(first, with_year=True)
        with_year = first.year != last.year
        return f"{day_in_words(first, with_year=with_year)} – {day_in_words(last, with_year=True)}"

    def clock(self, at: datetime) -> str:
        """`14:15`, with the day before it where there are several, and the zone where its clocks change."""
        local = at.astimezone(self.zone)
        first, last = self.days
        day = "" if first == last else f"{local.day} {local:%b} "
        return f"{day}{local:%H:%M}" + (f" {zone_name(at, self.zone)}" if self.clocks_change else "")


def step_for(seconds: float, most: int) -> int:
    """The smallest step that marks so many seconds with at most `most` ticks."""
    return next((step for step in STEPS if seconds / step <= most), STEPS[-1])


def ticks(span: Spanning, pieces: Sequence[tuple[datetime, datetime]], most: int) -> list[Tick]:
    """At most about `most` ticks on even wall-clock times within these pieces of the span, in order.

    A wall-clock time that a zone skips has no tick, one that occurs twice has two. A piece that has no even
    time in it has a tick at its beginning.
    """
    seconds = sum((until - since).total_seconds() for since, until in pieces)
    step = step_for(seconds, most) if seconds else _MINUTE
    found: list[Tick] = []
    before: datetime | None = None
    first, last = span.days
    for piece in pieces:
        for at in sorted(_even_times(Spanning(*piece, span.zone), step)) or piece[:1]:
            local = at.astimezone(span.zone)
            under: list[str] = []
            if step < _DAY and first != last and (before is None or before.date() != local.date()):
                under.append(day_in_words(local.date(), with_year=False))
            if span.clocks_change and (before is None or before.utcoffset() != local.utcoffset()):
                under.append(zone_name(at, span.zone))
            found.append(Tick(at, _label(local, step, span), " ".join(under)))
            before = local
    return found


def _label(local: datetime, step: int, span: Spanning) -> str:
    if step < _MINUTE:
        return f"{local:%H:%M:%S}"
    if step < _DAY:
        return f"{local:%H:%M}"
    first, last = span.days
    return f"{local.day} {local:%b}" + (f" {local.year}" if first.year != last.year else "")


def day_in_words(day: date, *, with_year: bool) -> str:
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if with_year else "")


def _even_times(span: Spanning, step: int) -> Iterator[datetime]:
    around = _CLOCKS_MOVE_BY if span.clocks_change else timedelta(0)
    since = span.since.astimezone(span.zone).replace(tzinfo=None) - around
    until = span.until.astimezone(span.zone).replace(tzinfo=None) + around
    stride = max(1, step // _DAY)
    # counted from a fixed day, so that the same days are marked whatever the first one is
    first, last = since.toordinal(), until.toordinal()
    for number in range(max(1, first - first % stride), last + 1, stride):
        midnight = datetime.fromordinal(number)
        begins = max(0, math.ceil((since - midnight).total_seconds() / step)) * step
        for seconds in range(begins, _DAY, step):
            wall = midnight + timedelta(seconds=seconds)
            if wall > until:
                return
            yield from (at for at in _instants(wall, span.zone) if span.since <= at <= span.until)


def _instants(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants of a wall-clock time in the zone: one, two or none."""
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in both if at.astimezone(zone).replace(tzinfo=None) == wall)
