"""The axis: to scale, the incident on most of it, and long stretches in which nothing happened left out."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.postmortem.chart.axis import SHARE, Axis, Room, axis_of, in_short
from bot.postmortem.chart.forms import TALL, WIDE, Form
from bot.postmortem.chart.measure import Ruler
from tests.bot.postmortem.chart.recorded import at

FORMS = pytest.mark.parametrize("form", [WIDE, TALL], ids=["wide", "tall"])
RULER = Ruler()
MINUTES = st.floats(-20_000, 20_000) | st.integers(0, 90) | st.floats(-1e7, 1e7)


def axis(minutes: list[float], incident: tuple[float, float], form: Form = WIDE) -> Axis:
    moments = sorted({at(one) for one in (*minutes, *incident)})
    room = Room(form.left, form.right, form.pad, 36, lambda text: RULER.width(text, form.small))
    return axis_of(moments, (at(incident[0]), at(incident[1])), room)


def told(one: Axis) -> list[tuple[str, str, str]]:
    return [(f"{gap.since:%d %H:%M}", gap.label, f"{gap.until:%d %H:%M}") for gap in one.breaks]


PHASES = [0.0, 15, 17, 46, 55, 90]


def test_what_happened_long_before_is_shown_before_a_break() -> None:
    assert told(axis([-890, *PHASES], (0, 90))) == [("09 23:10", "15 h", "10 14:00")]


def test_what_happened_shortly_before_is_shown_to_scale() -> None:
    one = axis([-20, *PHASES], (0, 90))

    assert one.breaks == ()
    assert (one.x(at(0)) - one.x(at(-20))) / (one.x(at(90)) - one.x(at(0))) == pytest.approx(20 / 90)


def test_a_quiet_night_inside_an_incident_is_left_out() -> None:
    assert told(axis([9, 11, 34, 52], (0, 1130))) == [("10 14:52", "18 h", "11 08:50")]


def test_two_quiet_nights_are_both_left_out() -> None:
    days = [start + minutes for start in (0, 700, 1400) for minutes in (0, 10, 25, 40)]

    assert [label for _, label, _ in told(axis(days, (0, 1440)))] == ["11 h", "11 h"]


def test_a_few_phases_of_different_lengths_are_shown_as_they_are() -> None:
    assert axis([0, 1, 3, 60, 90], (0, 90)).breaks == ()
    assert axis([0, 600], (0, 600)).breaks == ()


def test_many_events_before_and_after_are_drawn_together_in_what_is_left() -> None:
    before, after = [-6000.0 + 100 * number for number in range(59)], [float(90 * n) for n in range(2, 40)]
    one = axis([*before, *PHASES, *after], (0, 90))

    assert told(one) == [("06 10:00", "4 d", "10 14:00"), ("10 15:30", "57 h", "13 00:30")]
    xs = [one.x(at(minutes)) for minutes in before]
    assert xs == sorted(set(xs))


@FORMS
@given(
    minutes=st.lists(MINUTES, max_size=40),
    incident=st.tuples(MINUTES, MINUTES).map(sorted).filter(lambda pair: pair[1] - pair[0] > 1e-3),
)
@example(minutes=[-1e7, *PHASES, 1e7], incident=[0, 90])
def test_the_incident_has_two_thirds_of_the_width_and_time_goes_from_left_to_right(
    form: Form, minutes: list[float], incident: list[float]
) -> None:
    since, until = incident
    one = axis(minutes, (since, until), form)
    moments = sorted({at(minute) for minute in (*minutes, since, until)})
    places = [one.x(moment) for moment in moments]

    assert one.x(at(until)) - one.x(at(since)) >= SHARE * (form.right - form.left) - 1e-6
    assert all(left <= right for left, right in pairwise(places))
    assert form.left <= places[0] <= places[-1] <= form.right


@FORMS
@given(minutes=st.lists(MINUTES, min_size=1, max_size=40))
def test_what_is_not_left_out_is_to_one_scale_and_nothing_happens_in_a_break(
    form: Form, minutes: list[float]
) -> None:
    since, until = min(minutes), max(minutes)
    one = axis(minutes, (since, until), form)

    scales = [
        (one.x(until_at) - one.x(since_at)) / (until_at - since_at).total_seconds()
        for since_at, until_at in one.pieces
        if until_at - since_at > timedelta(seconds=1)
    ]
    assert scales == pytest.approx(scales[:1] * len(scales), rel=1e-3)
    for gap in one.breaks:
        assert not any(gap.since < at(minute) < gap.until for minute in minutes)
        assert one.x(gap.since) < gap.left < gap.right < one.x(gap.until)


@pytest.mark.parametrize(
    ("length", "label"),
    [
        (timedelta(hours=14, minutes=50), "15 h"),
        (timedelta(minutes=40), "40 min"),
        (timedelta(hours=2, minutes=50), "170 min"),
        (timedelta(hours=71), "71 h"),
        (timedelta(days=3, hours=4), "3 d"),
        (timedelta(days=90 * 365), "90 y"),
        (timedelta(seconds=50), "50 s"),
    ],
)
def test_what_was_left_out_is_told_in_one_unit(length: timedelta, label: str) -> None:
    assert in_short(length) == label


def test_one_moment_stands_in_the_middle() -> None:
    one = axis([5], (5, 5))
    moment: datetime = at(5)

    assert one.x(moment) == (WIDE.left + WIDE.right) / 2
    assert one.breaks == ()
