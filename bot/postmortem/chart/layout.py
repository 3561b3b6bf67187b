"""The layout of a chart: milestones and phases on top, then severity, then a line for each kind of event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import fsum

from bot.postmortem.chart.axis import Axis, Room, axis_of, free
from bot.postmortem.chart.callouts import GAP, Callout, place
from bot.postmortem.chart.forms import Form
from bot.postmortem.chart.measure import Ruler, one_line
from bot.postmortem.chart.palette import LIGHT
from bot.postmortem.chart.scene import Line, Marks, Rect, Scene, Words
from bot.postmortem.chart.shapes import OF_KIND, counted
from bot.postmortem.chart.swarm import RADII, swarm
from bot.postmortem.chart.ticks import Spanning, ticks
from bot.postmortem.document import Band, Chart, Dot
from bot.text import spans
from storage.vocabulary import EventKind

_NARROWEST_BREAK = 36.0
_EARLIEST, _LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
"""Within these, times can be converted to every zone."""
NOTHING = "No events, phases or severities are on record yet."
STEP = LIGHT.marks[EventKind.SEVERITY]

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


def lay_out(chart: Chart, form: Form, ruler: Ruler) -> Scene:
    """The picture of this chart: as wide as its form, and as high as its content needs."""
    page = _Page(chart, form, ruler)
    page.heading()
    if page.axis is None:
        page.nothing()
    else:
        page.milestones()
        top = page.y
        page.phases()
        page.severity()
        page.events()
        page.times(top)
    return page.finished()


class _Page:
    """A picture that is laid out from top to bottom; `y` is where the next part begins."""

    def __init__(self, chart: Chart, form: Form, ruler: Ruler) -> None:
        self.chart, self.form, self.ruler = chart, form, ruler
        self.scene = Scene(form.width)
        self.bands = sorted(
            (band for band in chart.bands if band.since < band.until),
            key=lambda band: (band.since, band.until),
        )
        self.moments = _shown(chart, self.bands)
        self.axis = self._axis()
        self.y = form.edge

    def _axis(self) -> Axis | None:
        if not self.moments:
            return None
        form = self.form
        room = Room(
            form.left, form.right, form.pad, _NARROWEST_BREAK, lambda text: self.ruler.width(text, form.small)
        )
        return axis_of(self.moments, (_within(self.chart.since), _within(self.chart.until)), room)

    def words(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float = 0.0,
        soft: bool = False,
        bold: bool = False,
        room: float = 0.0,
        on: str = LIGHT.paper,
    ) -> None:
        """Write on one line; by default in the size of most words, as far as there is room for a label."""
        size = size or self.form.body
        shown = self.ruler.fitted(one_line(text), size, room or self.form.gutter, bold=bold)
        self.scene.words.append(Words(shown, x, y, size, LIGHT.soft if soft else LIGHT.ink, on, is_bold=bold))

    def heading(self) -> None:
        form = self.form
        self._lines(self.chart.title, form.title, bold=True)
        if self.moments:
            span = Spanning(self.moments[0], self.moments[-1], self.chart.zone)
            self._lines(f"{span.in_words()} · times in {_zone(span)}", form.body)
        for note in self.chart.notes:
            self._lines(note, form.body)
        self.y += 12

    def _lines(self, text: str, size: float, *, bold: bool = False) -> None:
        """Write on one line or two, over the whole width."""
        # readers may have a typeface that is wider than ours
        room = (self.form.width - 2 * self.form.edge) * 0.92
        for line in self._broken(one_line(text), size, room, bold):
            self.y += size * 1.45
            self.words(line, self.form.edge, self.y, size=size, bold=bold, soft=not bold, room=room)

    def _broken(self, text: str, size: float, room: float, bold: bool) -> list[str]:
        taken = self.ruler.fitted(text, size, room, bold=bold)
        if taken == text or " " not in taken:
            return [taken]
        first = taken.removesuffix("…")
        if not text[len(first) :].startswith(" "):
            first = first.rpartition(" ")[0]
        return [first, text[len(first) :].strip()] if first else [taken]

    def nothing(self) -> None:
        self._lines(NOTHING, self.form.body)
        self.y += 12

    # --- milestones and phases -------------------------------------------------------------------------

    def milestones(self) -> None:
        """A label above its moment, with its time."""
        assert self.axis is not None
        times = [_within(moment.at) for moment in self.chart.moments]
        if not times:
            return
        span = Spanning(min(times), max(times), self.chart.zone)
        self._call_out(
            [
                self._callout(self.axis.x(at), f"{one_line(moment.name)} {span.clock(at)}")
                for moment, at in zip(self.chart.moments, times, strict=True)
            ]
        )

    def _callout(self, x: float, text: str) -> Callout:
        form = self.form
        text = self.ruler.fitted(text, form.small, form.right - form.left)
        return Callout(x, text, self.ruler.width(text, form.small))

    def phases(self) -> None:
        if not self.bands or self.axis is None:
            return
        band_height = self.form.band
        if not self.form.is_tall:
            self.words("Phases", self.form.edge, self.y + 16)
        rows: list[datetime] = []
        callouts: list[Callout] = []
        bottoms: dict[float, float] = {}
        for number, band in enumerate(self.bands):
            row = next((at for at, until in enumerate(rows) if until <= band.since), len(rows))
            rows[row : row + 1] = [band.until]
            top = self.y + row * (band_height + 4)
            left, right = self.axis.x(band.since), self.axis.x(band.until)
            tint, edge = LIGHT.phases[number % len(LIGHT.phases)]
            width = max(right - left - 1, 1.5)
            self.scene.rects.append(Rect(left, top, width, band_height - 4, tint))
            self.scene.rects.append(Rect(left, top + band_height - 4, width, 4, edge))
            parts = free(left, left + width, self.axis.breaks)
            part = max(parts, key=lambda part: part[1] - part[0], default=(left, left + width))
            if not self._label(band, part, top, tint):
                middle = (part[0] + part[1]) / 2
                length = spans.between(band.since, band.until)
                callouts.append(self._callout(middle, f"{one_line(band.name)} {length}"))
                bottoms[middle] = max(top + band_height, bottoms.get(middle, 0.0))
            for one in self.axis.breaks:
                if left < one.middle < left + width:
                    self._cut(one.middle, top + band_height / 2, band_height / 2 + 1)
        self.y += len(rows) * (band_height + 4)
        self._call_out(callouts, bottoms)
        self.y += 10

    def _label(self, band: Band, part: tuple[float, float], top: float, tint: str) -> bool:
        """Write a band's name and length into it, or only its length; False if neither fits."""
        form, baseline = self.form, top + 15
        name, length = one_line(band.name), spans.between(band.since, band.until)
        room = part[1] - part[0] - 10
        for text in (f"{name} {length}" if name else length, length):
            taken = self.ruler.width(text, form.small)
            if taken <= room:
                left = (part[0] + part[1] - taken) / 2
                self.scene.words.append(Words(text, left, baseline, form.small, LIGHT.ink, tint))
                return True
        return False

    def _call_out(self, callouts: Sequence[Callout], bottoms: Mapping[float, float] | None = None) -> None:
        """Write labels in rows, each at the end of a line: below what it names, or else above `y`."""
        form = self.form
        placed = place(callouts, form.left, form.width - form.edge)
        rows = 1 + max((one.row for one in placed), default=-1)
        bottom = self.y + rows * form.row
        for one in placed:
            row = one.row if bottoms else rows - 1 - one.row
            baseline = self.y + row * form.row + form.small + 0.5
            x = one.callout.x
            is_after, is_before = one.left > x, one.right < x
            beside = baseline - form.small * 0.37
            knee = beside if is_after or is_before else baseline - form.small if bottoms else baseline + 3
            toward = one.left - 1.5 if is_after else one.right + 1.5 if is_before else x
            start = bottoms[x] if bottoms else bottom
            self.scene.lines.append(Line(((x, start), (x, knee), (toward, knee)), LIGHT.leader, 0.8))
            self.scene.words.append(
                Words(one.callout.text, one.left, baseline, form.small, LIGHT.ink, LIGHT.paper, covers=True)
            )
        self.y = bottom

    # --- severity --------------------------------------------------------------------------------------

    def severity(self) -> None:
        if not self.chart.steps or self.axis is None:
            return
        form = self.form
        steps = sorted(self.chart.steps, key=lambda step: step.at)
        named = list(dict.fromkeys((*self.chart.severities, *(step.severity for step in steps))))
        above = form.level - 10 if form.is_tall else 9
        levels = {severity: self.y + above + row * form.level for row, severity in enumerate(named)}
        points: list[tuple[float, float]] = []
        for step in steps:
            x, level = self.axis.x(step.at), levels[step.severity]
            points += [(x, points[-1][1]), (x, level)] if points else [(x, level)]
        points.append((max(self._last_x(), min(points[-1][0] + 12, form.right)), points[-1][1]))
        reached = {step.severity for step in steps}
        changed = [self.axis.x(step.at) for step in steps]
        for severity, level in levels.items():
            baseline = level - 5 if form.is_tall else level + 4
            x = self._beside(severity, changed) if form.is_tall else form.edge
            self.words(severity, x, baseline, size=form.small, soft=severity not in reached)
            self._rule(level)
        self.scene.lines.append(Line(tuple(points), STEP, 2.2))
        changes = tuple((x, levels[step.severity]) for x, step in zip(changed, steps, strict=True))
        self.scene.marks.append(Marks("step", "circle", STEP, 3.4, changes))
        for one in self.axis.breaks:
            if points[0][0] < one.middle < points[-1][0]:
                level = [y for x, y in points if x <= one.middle][-1]
                self._cut(one.middle, level, 6)
        self.y += above + (len(named) - 1) * form.level + 14

    def _beside(self, text: str, taken: Sequence[float]) -> float:
        """Where a label can stand above the axis: at its start, or at its end if only that is free."""
        form = self.form
        width = min(self.ruler.width(one_line(text), form.small), form.gutter)
        starts = (form.edge, form.right - width)
        clear = (left for left in starts if not any(left - 5 < x < left + width + 5 for x in taken))
        return next(clear, form.edge)

    def _last_x(self) -> float:
        assert self.axis is not None
        moments = [dot.at for dot in self.chart.dots] + [band.until for band in self.bands]
        moments += [moment.at for moment in self.chart.moments]
        return max((self.axis.x(moment) for moment in moments), default=self.form.left)

    # --- events ----------------------------------------------------------------------------------------

    def events(self) -> None:
        for kind in _ORDER:
            if dots := [dot for dot in self.chart.dots if dot.kind == kind]:
                self._lane(kind, dots)
        self.y += 2

    def _lane(self, kind: EventKind, dots: Sequence[Dot]) -> None:
        assert self.axis is not None
        form, shape, colour = self.form, OF_KIND[kind], LIGHT.marks[kind]
        stacked = swarm([self.axis.x(dot.at) for dot in dots], form.stack)
        if form.is_tall:
            label = self.y + 8
            line = self.y + 22 + stacked.height
            self.y = line + 14
        else:
            line = label = self.y + max(0.0, stacked.height - 3) + 10.5
            self.y = line + 10.5
        self._rule(line)
        points = tuple((x, line - rise) for x, rise in stacked.points)
        self.scene.marks.append(Marks(kind, shape, colour, RADII[0], ((form.edge + 5, label),)))
        self.words(counted(kind, len(dots)), form.edge + 17, label + 4, room=form.gutter - 17)
        self.scene.marks.append(Marks(kind, shape, colour, stacked.radius, points))

    def _rule(self, y: float) -> None:
        assert self.axis is not None
        for left, right in free(self.form.left, self.form.right, self.axis.breaks):
            self.scene.lines.append(Line(((left, y), (right, y)), LIGHT.grid, 1.0))

    # --- time ------------------------------------------------------------------------------------------

    def times(self, top: float) -> None:
        """The axis at the bottom; behind the picture its breaks, and lines where milestones are."""
        assert self.axis is not None
        form, breaks = self.form, self.axis.breaks
        self.y += form.row if breaks else 4
        bottom = self.y
        marked = {moment for band in self.bands for moment in (band.since, band.until)}
        for moment in sorted({*marked, *(moment.at for moment in self.chart.moments)}):
            x = self.axis.x(moment)
            self.scene.lines.insert(0, Line(((x, top), (x, bottom)), LIGHT.frame, 0.8))
        for left, right in free(form.left, form.right, breaks):
            self.scene.lines.append(Line(((left, bottom), (right, bottom)), LIGHT.leader, 1.0))
        for one in breaks:
            column = Rect(one.left, top, one.right - one.left, bottom - top, LIGHT.gap)
            self.scene.rects.insert(0, column)
            middle = one.middle - self.ruler.width(one.label, form.small) / 2
            self.words(one.label, middle, bottom - 6, size=form.small, on=LIGHT.gap)
            for end in (one.left, one.right):
                self.scene.marks.append(Marks("break", "slash", LIGHT.leader, 5, ((end, bottom),)))
        self._ticks(bottom)

    def _cut(self, x: float, y: float, reach: float) -> None:
        """Show that something goes on through a break."""
        self.scene.marks.append(Marks("break", "cut", LIGHT.gap, reach, ((x, y),)))

    def _ticks(self, bottom: float) -> None:
        assert self.axis is not None
        form = self.form
        span = Spanning(self.moments[0], self.moments[-1], self.chart.zone)
        lost = fsum(one.right - one.left + 2 * form.pad for one in self.axis.breaks)
        most = max(2, round(form.ticks * (1 - lost / (form.right - form.left))))
        y = under_y = bottom + 5 + form.small
        free_from = under_free = 0.0
        for tick in ticks(span, self.axis.pieces, most):
            x = self.axis.x(tick.at)
            self.scene.lines.append(Line(((x, bottom), (x, bottom + 4)), LIGHT.leader, 1.0))
            free_from = self._below(tick.label, x, y, free_from)
            if tick.under:
                under_y = y + form.small * 1.25
                under_free = self._below(tick.under, x, under_y, under_free, is_movable=True)
        self.y = under_y + 5

    def _below(self, text: str, x: float, y: float, free_from: float, *, is_movable: bool = False) -> float:
        """Write below the axis if there is room; returns the x from which on there is some after it."""
        form = self.form
        width = self.ruler.width(text, form.small)
        last = form.width - form.edge - width
        left = max(form.edge, min(x - width / 2, last))
        if is_movable:
            left = max(left, min(free_from, x + 8, last))
        if left < free_from:
            return free_from
        self.scene.words.append(Words(text, left, y, form.small, LIGHT.soft, LIGHT.paper))
        return left + width + GAP

    def finished(self) -> Scene:
        self.scene.height = round(self.y + self.form.edge - 6 + 4, 2)
        card = Rect(0.5, 0.5, self.form.width - 1, self.scene.height - 1, LIGHT.paper, LIGHT.frame, 10)
        self.scene.rects.insert(0, card)
        return self.scene


def _within(at: datetime) -> datetime:
    return min(max(at, _EARLIEST), _LATEST)


def _shown(chart: Chart, bands: Sequence[Band]) -> list[datetime]:
    """Every moment there is, in order and each once; none when nothing is shown."""
    moments = {moment for band in bands for moment in (band.since, band.until)}
    moments |= {dot.at for dot in chart.dots} | {step.at for step in chart.steps}
    moments |= {moment.at for moment in chart.moments}
    if moments:
        moments |= {chart.since, chart.until}
    found = sorted(moments)
    is_odd = bool(found) and (found[0] < _EARLIEST or found[-1] > _LATEST)
    return sorted({_within(at) for at in found}) if is_odd else found


def _zone(span: Spanning) -> str:
    """`Europe/Lisbon (WEST)`, and both short names when the clocks change in between."""
    names = list(dict.fromkeys(spans.zone_name(at, span.zone) for at in (span.since, span.until)))
    key = span.zone.key or names[0]
    return key if names == [key] else f"{key} ({', then '.join(names)})"
