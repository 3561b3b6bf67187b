"""The layout of a chart: phases on top, then severity, then a line for each kind of event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.postmortem.chart.callouts import GAP, Callout, place
from bot.postmortem.chart.measure import Ruler, one_line
from bot.postmortem.chart.palette import Palette
from bot.postmortem.chart.scene import Line, Marks, Rect, Scene, Words
from bot.postmortem.chart.shapes import OF_KIND
from bot.postmortem.chart.swarm import RADII, swarm
from bot.postmortem.chart.ticks import Spanning, ticks
from bot.postmortem.document import Band, Chart, Dot
from bot.text import spans
from storage.vocabulary import EventKind

WIDTH = 760.0
_EDGE = 24.0
_LEFT = 158.0
"""The x of the axis's start; the labels of the lines stand to the left of it."""
_RIGHT = WIDTH - 30.0
_GUTTER = _LEFT - _EDGE - 12.0
_TITLE, _BODY, _SMALL = 15.0, 10.5, 9.5
_BAND, _CALLOUT, _SEVERITY, _LANE, _ROOM = 25.0, 15.0, 18.0, 21.0, 96.0
_SHORTEST = timedelta(minutes=2)
"""The length of the axis when everything happened at one instant."""
_EARLIEST, _LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
"""Within these, times can be converted to every zone."""
NOTHING = "No events, phases or severities are on record yet."

_ORDER = (
    EventKind.MILESTONE,
    EventKind.ALERT,
    EventKind.DEPLOY,
    EventKind.STATUS,
    EventKind.SEVERITY,
    EventKind.ROLE,
    EventKind.DECISION,
    EventKind.MESSAGE,
    EventKind.NOTE,
)
_CHANGES = (EventKind.STATUS, EventKind.SEVERITY, EventKind.ROLE)


def lay_out(chart: Chart, palette: Palette, ruler: Ruler) -> Scene:
    """The picture of this chart: `WIDTH` wide, and as high as its content needs."""
    page = _Page(chart, palette, ruler)
    page.heading()
    if page.axis is None:
        page.nothing()
    else:
        top = page.y
        page.phases()
        page.severity()
        page.events()
        page.times(top)
    return page.finished()


@dataclass(frozen=True, slots=True)
class _Axis:
    """The range of time that the picture shows."""

    since: datetime
    until: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.since) / (self.until - self.since)
        return _LEFT + min(1.0, max(0.0, share)) * (_RIGHT - _LEFT)


def _axis(since: datetime, until: datetime) -> _Axis:
    margin = (until - since) * 0.015 or _SHORTEST / 2
    return _Axis(since - min(margin, since - _EARLIEST), until + min(margin, _LATEST - until))


class _Page:
    """A picture that is laid out from top to bottom; `y` is where the next part begins."""

    def __init__(self, chart: Chart, palette: Palette, ruler: Ruler) -> None:
        self.chart, self.palette, self.ruler = chart, palette, ruler
        self.scene = Scene(WIDTH)
        self.bands = sorted(
            (band for band in chart.bands if band.since < band.until),
            key=lambda band: (band.since, band.until),
        )
        self.shown = _shown(chart, self.bands)
        self.axis = _axis(*self.shown) if self.shown else None
        self.y = _EDGE

    def words(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float = _BODY,
        soft: bool = False,
        bold: bool = False,
        room: float = _GUTTER,
    ) -> None:
        colour = self.palette.soft if soft else self.palette.ink
        shown = self.ruler.fitted(one_line(text), size, room, bold=bold)
        self.scene.words.append(Words(shown, x, y, size, colour, self.palette.paper, is_bold=bold))

    def heading(self) -> None:
        room = WIDTH - 2 * _EDGE
        self.words(self.chart.title, _EDGE, self.y + 12, size=_TITLE, bold=True, room=room)
        self.y += 30
        if self.shown is not None:
            span = Spanning(*self.shown, self.chart.zone)
            self.words(f"{span.in_words()} · times in {_zone(span)}", _EDGE, self.y, soft=True, room=room)
            self.y += 18

    def nothing(self) -> None:
        self.words(NOTHING, _EDGE, self.y + 14, soft=True, room=WIDTH - 2 * _EDGE)
        self.y += 26

    # --- phases ----------------------------------------------------------------------------------------

    def phases(self) -> None:
        if not self.bands or self.axis is None:
            return
        self.words("Phases", _EDGE, self.y + 15)
        rows: list[datetime] = []
        callouts: list[Callout] = []
        bottoms: dict[float, float] = {}
        for number, band in enumerate(self.bands):
            row = next((at for at, until in enumerate(rows) if until <= band.since), len(rows))
            rows[row : row + 1] = [band.until]
            top = self.y + row * (_BAND + 4)
            left, right = self.axis.x(band.since), self.axis.x(band.until)
            tint, edge = self.palette.phases[number % len(self.palette.phases)]
            width = max(right - left - 1, 1.5)
            self.scene.rects.append(Rect(left, top, width, _BAND - 3, tint))
            self.scene.rects.append(Rect(left, top + _BAND - 3, width, 3, edge))
            if not self._label(band, left, width, top, tint):
                text = f"{one_line(band.name)}, {spans.between(band.since, band.until)}"
                text = self.ruler.fitted(text, _SMALL, _RIGHT - _LEFT)
                middle = left + width / 2
                callouts.append(Callout(middle, text, self.ruler.width(text, _SMALL)))
                bottoms[middle] = max(top + _BAND, bottoms.get(middle, 0.0))
        self.y += len(rows) * (_BAND + 4)
        self._call_out(callouts, bottoms)
        self.y += 10

    def _label(self, band: Band, left: float, width: float, top: float, tint: str) -> bool:
        """Write a band's name into it, with its length where there is room; False if it does not fit."""
        name, length = one_line(band.name), spans.between(band.since, band.until)
        if not name:
            return True
        room = width - 12
        taken = self.ruler.width(name, _BODY, bold=True)
        if taken > room:
            return False
        ink, baseline = self.palette.ink, top + 15
        self.scene.words.append(Words(name, left + 6, baseline, _BODY, ink, tint, is_bold=True))
        if taken + 7 + self.ruler.width(length, _SMALL) <= room:
            self.scene.words.append(Words(length, left + 6 + taken + 7, baseline, _SMALL, ink, tint))
        return True

    def _call_out(self, callouts: Sequence[Callout], bottoms: dict[float, float]) -> None:
        placed = place(callouts, _LEFT, WIDTH - _EDGE)
        for one in placed:
            baseline = self.y + one.row * _CALLOUT + 11
            x = one.callout.x
            is_after, is_before = one.left > x, one.right < x
            knee = baseline - 3.5 if is_after or is_before else baseline - _SMALL
            toward = one.left - 1.5 if is_after else one.right + 1.5 if is_before else x
            points = ((x, bottoms[x]), (x, knee), (toward, knee))
            self.scene.lines.append(Line(points, self.palette.leader, 0.8))
            self.scene.words.append(
                Words(
                    one.callout.text,
                    one.left,
                    baseline,
                    _SMALL,
                    self.palette.ink,
                    self.palette.paper,
                    covers=True,
                )
            )
        self.y += (1 + max((one.row for one in placed), default=-1)) * _CALLOUT

    # --- severity --------------------------------------------------------------------------------------

    def severity(self) -> None:
        if not self.chart.steps or self.axis is None:
            return
        steps = sorted(self.chart.steps, key=lambda step: step.at)
        named = list(dict.fromkeys((*self.chart.severities, *(step.severity for step in steps))))
        levels = {severity: self.y + 9 + row * _SEVERITY for row, severity in enumerate(named)}
        for severity, level in levels.items():
            self.words(severity, _EDGE, level + 3.5, soft=severity not in {step.severity for step in steps})
            self._rule(level)
        points: list[tuple[float, float]] = []
        for step in steps:
            x, level = self.axis.x(step.at), levels[step.severity]
            points += [(x, points[-1][1]), (x, level)] if points else [(x, level)]
        points.append((max(self._last_x(), points[-1][0] + 12), points[-1][1]))
        self.scene.lines.append(Line(tuple(points), self.palette.step, 2.2))
        changes = tuple((self.axis.x(step.at), levels[step.severity]) for step in steps)
        self.scene.marks.append(Marks("step", "circle", self.palette.step, 3.4, changes))
        self.y += len(named) * _SEVERITY + 12

    def _last_x(self) -> float:
        assert self.axis is not None
        moments = [dot.at for dot in self.chart.dots] + [band.until for band in self.bands]
        return max((self.axis.x(moment) for moment in moments), default=_LEFT)

    # --- events ----------------------------------------------------------------------------------------

    def events(self) -> None:
        if not self.chart.dots or self.axis is None:
            return
        for kind in _ORDER:
            if dots := [dot for dot in self.chart.dots if dot.kind == kind]:
                self._lane(kind, dots)
        self.y += 2

    def _lane(self, kind: EventKind, dots: Sequence[Dot]) -> None:
        assert self.axis is not None
        shape, colour = OF_KIND[kind], self.palette.marks[kind]
        stacked = swarm([self.axis.x(dot.at) for dot in dots], _ROOM)
        height = max(_LANE, stacked.height + _LANE - 3)
        line = self.y + height - _LANE / 2
        self._rule(line)
        points = tuple((x, line - rise) for x, rise in stacked.points)
        self.scene.marks.append(Marks(kind, shape, colour, RADII[0], ((_EDGE + 5, line),)))
        self.words(_counted(kind, len(dots)), _EDGE + 17, line + 3.5, room=_GUTTER - 17)
        self.scene.marks.append(Marks(kind, shape, colour, stacked.radius, points))
        self.y += height

    def _rule(self, y: float) -> None:
        self.scene.lines.append(Line(((_LEFT, y), (_RIGHT, y)), self.palette.grid, 1.0))

    # --- time ------------------------------------------------------------------------------------------

    def times(self, top: float) -> None:
        """The axis at the bottom, and lines behind the picture where phases begin."""
        assert self.axis is not None
        bottom = self.y + 4
        for moment in sorted({moment for band in self.bands for moment in (band.since, band.until)}):
            x = self.axis.x(moment)
            self.scene.lines.insert(0, Line(((x, top), (x, bottom)), self.palette.frame, 0.8))
        self.scene.lines.append(Line(((_LEFT, bottom), (_RIGHT, bottom)), self.palette.leader, 1.0))
        span = Spanning(self.axis.since, self.axis.until, self.chart.zone)
        free = under_free = _EDGE
        has_under = False
        for tick in ticks(span, most=9):
            x = self.axis.x(tick.at)
            self.scene.lines.append(Line(((x, bottom), (x, bottom + 4)), self.palette.leader, 1.0))
            free = self._below(tick.label, x, bottom + 16, free)
            if tick.under:
                has_under = True
                under_free = self._below(tick.under, x, bottom + 29, under_free)
        self.y = bottom + (34 if has_under else 21)

    def _below(self, text: str, x: float, y: float, free: float) -> float:
        """Write below the axis if there is room; returns the x at which the text ends."""
        width = self.ruler.width(text, _SMALL)
        left = max(_EDGE, min(x - width / 2, WIDTH - _EDGE - width))
        if left < free:
            return free
        self.scene.words.append(Words(text, left, y, _SMALL, self.palette.soft, self.palette.paper))
        return left + width + GAP

    def finished(self) -> Scene:
        self.scene.height = round(self.y + _EDGE - 6, 2)
        card = Rect(0.5, 0.5, WIDTH - 1, self.scene.height - 1, self.palette.paper, self.palette.frame, 10)
        self.scene.rects.insert(0, card)
        return self.scene


def _counted(kind: EventKind, count: int) -> str:
    """`1 alert`, `12 status changes`."""
    name = f"{kind} change" if kind in _CHANGES else kind
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


def _shown(chart: Chart, bands: Sequence[Band]) -> tuple[datetime, datetime] | None:
    """The first and the last moment there is, if there is one."""
    moments = [moment for band in bands for moment in (band.since, band.until)]
    moments += [dot.at for dot in chart.dots] + [step.at for step in chart.steps]
    if not moments:
        return None
    return min(max(min(moments), _EARLIEST), _LATEST), min(max(max(moments), _EARLIEST), _LATEST)


def _zone(span: Spanning) -> str:
    """`Europe/Lisbon (WEST)`, and both short names when the clocks change in between."""
    names = list(dict.fromkeys(spans.zone_name(at, span.zone) for at in (span.since, span.until)))
    key = span.zone.key or names[0]
    return key if names == [key] else f"{key} ({', then '.join(names)})"
