"""The timeline's picture: whole, readable, the same each time, whatever it is asked to show."""

from __future__ import annotations

import re
from importlib import resources
from itertools import combinations, pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.postmortem.chart import layout
from bot.postmortem.chart.draw import png, svg
from bot.postmortem.chart.forms import TALL, WIDE, Form
from bot.postmortem.chart.layout import lay_out
from bot.postmortem.chart.measure import Ruler
from bot.postmortem.chart.palette import LIGHT
from bot.postmortem.chart.scene import Scene, Words
from bot.postmortem.chart.shapes import SHAPES
from bot.postmortem.document import Band, Chart, Dot, Step
from storage.vocabulary import EventKind, MilestoneKind
from tests.bot.postmortem.chart.charts import ALL, DEMO, HUGE, ODD, at, bands, chart
from tests.bot.postmortem.chart.recorded import RECORDED, recorded

EVERY = pytest.mark.parametrize("drawn", [*ALL.values(), *RECORDED.values()], ids=[*ALL, *RECORDED])
FORMS = pytest.mark.parametrize("form", [WIDE, TALL], ids=["wide", "tall"])
NEW_YORK = ZoneInfo("America/New_York")
SVG = "{http://www.w3.org/2000/svg}"


def scene_of(drawn: Chart, form: Form = WIDE) -> Scene:
    return lay_out(drawn, form, Ruler())


def texts(drawn: Chart) -> list[str]:
    return [words.text for words in scene_of(drawn).words]


def box(words: Words, ruler: Ruler) -> tuple[float, float, float, float]:
    width = ruler.width(words.text, words.size, bold=words.is_bold)
    assert words.anchor == "start"
    return words.x, words.y - 0.78 * words.size, words.x + width, words.y + 0.2 * words.size


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# --- whatever is shown ----------------------------------------------------------------------------------


@FORMS
@pytest.mark.one_in(5)
@EVERY
def test_no_words_overlap_or_run_off_the_page(drawn: Chart, form: Form) -> None:
    scene, ruler = scene_of(drawn, form), Ruler()
    boxes = [(words.text, box(words, ruler)) for words in scene.words]

    for text, (left, top, right, bottom) in boxes:
        assert left >= 0, text
        assert right <= scene.width, text
        assert top >= 0, text
        assert bottom <= scene.height, text
    assert [(one[0], other[0]) for one, other in combinations(boxes, 2) if overlap(one[1], other[1])] == []


@FORMS
@pytest.mark.one_in(5)
@EVERY
def test_everything_stays_on_the_page(drawn: Chart, form: Form) -> None:
    scene = scene_of(drawn, form)
    points = [point for line in scene.lines for point in line.points]
    points += [point for marks in scene.marks for point in marks.points]

    assert all(0 <= x <= scene.width and 0 <= y <= scene.height for x, y in points)
    assert all(rect.width > 0 and rect.x + rect.width <= scene.width for rect in scene.rects)


@pytest.mark.one_in(5)
@EVERY
def test_every_chart_is_drawn_as_both_kinds_of_picture(drawn: Chart) -> None:
    assert png(drawn).startswith(b"\x89PNG\r\n\x1a\n")
    for is_tall in (False, True):
        root = ElementTree.fromstring(svg(drawn, is_tall=is_tall))
        assert root.tag == f"{SVG}svg"


@settings(max_examples=40, deadline=None)
@given(
    title=st.text(max_size=80),
    kind=st.text(max_size=30),
    name=st.text(max_size=60),
    moments=st.lists(st.floats(0, 30_000), min_size=2, max_size=8),
)
def test_whatever_people_type_the_picture_is_whole(
    title: str, kind: str, name: str, moments: list[float]
) -> None:
    first, last = at(min(moments)), at(max(moments))
    drawn = chart(
        title=title,
        alt=title,
        phases=(Band(name, first, last), *bands(*sorted(moments))),
        dots=tuple(Dot(at(moment), kind) for moment in moments),
        steps=(Step(first, name), Step(last, title)),
        zone=NEW_YORK,
    )

    ElementTree.fromstring(svg(drawn))
    for form in (WIDE, TALL):
        test_no_words_overlap_or_run_off_the_page(drawn, form)


WHEN = st.integers(0, 90) | st.floats(-9000, 9000)


@settings(max_examples=60, deadline=None)
@given(
    title=st.text("Checkout is slow and nobody knows why 🔥é", max_size=90),
    milestones=st.dictionaries(st.sampled_from(list(MilestoneKind)), WHEN),
    events=st.lists(st.tuples(WHEN, st.sampled_from(list(EventKind))), min_size=1, max_size=60),
    severities=st.lists(st.tuples(WHEN, st.sampled_from(["SEV1", "SEV2", "SEV3"])), max_size=5),
    declared=WHEN,
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_whatever_is_recorded_no_words_overlap_or_run_off_the_page(
    title: str,
    milestones: dict[MilestoneKind, float],
    events: list[tuple[float, EventKind]],
    severities: list[tuple[float, str]],
    declared: float,
    zone: str,
) -> None:
    drawn = recorded(title, milestones, tuple(events), tuple(severities), declared=declared, zone=zone)

    for form in (WIDE, TALL):
        test_no_words_overlap_or_run_off_the_page(drawn, form)
        test_everything_stays_on_the_page(drawn, form)


@FORMS
@pytest.mark.one_in(5)
@EVERY
def test_lines_are_upright_or_level(drawn: Chart, form: Form) -> None:
    for line in scene_of(drawn, form).lines:
        assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in pairwise(line.points))


# --- what it tells --------------------------------------------------------------------------------------


def test_phases_are_named_with_their_length() -> None:
    scene = scene_of(DEMO)
    tints = [rect for rect in scene.rects if rect.fill in {tint for tint, _ in LIGHT.phases}]

    assert len(tints) == 5
    assert [round(rect.width / tints[0].width, 1) for rect in tints] == [1.0, 0.3, 1.7, 1.7, 1.3]
    assert {"Acknowledged 25 min", "Mitigated 20 min"} <= set(texts(DEMO))


def test_a_phase_too_narrow_for_its_name_has_it_below_at_the_end_of_a_line() -> None:
    scene = scene_of(DEMO)
    band = next(rect for rect in scene.rects if rect.fill == LIGHT.phases[1][0])
    (words,) = [words for words in scene.words if words.text == "Detected 5 min"]
    (leader,) = [line for line in scene.lines if line.colour == LIGHT.leader and len(line.points) == 3]

    assert leader.points[0][0] == pytest.approx(band.x + band.width / 2)
    assert leader.points[-1][0] == pytest.approx(words.x, abs=3)
    assert words.y > band.y + band.height


def test_a_span_that_ends_before_it_begins_has_no_band() -> None:
    assert not any("Detected" in text for text in texts(ODD["a negative span"]))


def test_phases_at_the_same_time_stand_one_below_the_other() -> None:
    scene = scene_of(ODD["phases that overlap"])
    one, two = [words for words in scene.words if words.text in ("One 50 min", "Two 1 h 10 min")]

    assert one.y < two.y


def test_severity_is_a_step_line_with_the_gravest_on_top() -> None:
    scene = scene_of(DEMO)
    levels = {words.text: words.y for words in scene.words if words.text.startswith("SEV")}
    (line,) = [line for line in scene.lines if line.colour == layout.STEP]
    heights = [y for _, y in line.points]

    assert levels["SEV1"] < levels["SEV2"] < levels["SEV3"]
    assert heights[0] == pytest.approx(levels["SEV2"] - 4)
    assert min(heights) == pytest.approx(levels["SEV1"] - 4)
    assert heights[-1] == pytest.approx(levels["SEV3"] - 4)
    assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in pairwise(line.points))


def test_without_a_severity_nothing_is_said_of_it() -> None:
    assert not any("SEV" in text for text in texts(HUGE))


def test_each_kind_of_event_has_its_line_its_words_and_its_shape() -> None:
    dots = tuple(Dot(at(number), kind) for number, kind in enumerate([*EventKind, EventKind.ALERT]))
    scene = scene_of(chart(dots=dots))
    shapes = {marks.kind: marks.shape for marks in scene.marks}

    assert {"2 alerts", "1 message", "1 status change"} <= {w.text for w in scene.words}
    assert len({shapes[kind] for kind in EventKind}) == len(EventKind)
    assert len({marks.points[0][1] for marks in scene.marks}) == len(EventKind)
    assert set(shapes.values()) <= SHAPES.keys()


def test_every_event_is_a_dot_at_its_time() -> None:
    scene = scene_of(HUGE)
    (lane,) = [marks for marks in scene.marks if len(marks.points) > 1]

    assert len(lane.points) == 5000
    first, last = lane.points[0][0], lane.points[-1][0]
    moments = sorted(dot.at for dot in HUGE.dots)
    for (x, _), moment in zip(lane.points, moments, strict=True):
        share = (moment - moments[0]) / (moments[-1] - moments[0])
        assert x == pytest.approx(first + share * (last - first), abs=0.01)


def test_nothing_on_record_is_said_in_words() -> None:
    assert layout.NOTHING in texts(ODD["nothing"])


def test_each_milestone_is_named_with_its_time_above_its_moment() -> None:
    scene = scene_of(RECORDED["minutes"])
    labels = {words.text: words for words in scene.words}
    band = next(rect for rect in scene.rects if rect.fill == LIGHT.phases[0][0])

    for text in ("Impact began 14:00", "Detected 14:15", "Acknowledged 14:17", "Cause identified 14:46"):
        assert labels[text].y < band.y
    (leader,) = [line for line in scene.lines if line.points[0] == (band.x, band.y) and len(line.points) == 3]
    assert leader.points[-1][0] == pytest.approx(labels["Impact began 14:00"].x, abs=3)


def test_the_day_of_a_milestone_is_named_where_they_are_of_several_days() -> None:
    assert "Detected 10 Mar 15:00" in texts(RECORDED["days"])
    assert "Detected 14:15" in texts(RECORDED["one-early-event"])


def test_milestones_that_contradict_each_other_are_named() -> None:
    assert "Resolved (15:30 UTC) is before Mitigated (15:50 UTC)." in texts(
        RECORDED["contradictory-milestones"]
    )


@FORMS
def test_a_break_is_marked_on_the_axis_and_in_the_lines_and_says_what_was_left_out(form: Form) -> None:
    scene = scene_of(RECORDED["a-quiet-night-inside"], form)
    (column,) = [rect for rect in scene.rects if rect.fill == LIGHT.gap]
    (label,) = [words for words in scene.words if words.on == LIGHT.gap]
    bottom = column.y + column.height
    slashes = [marks.points[0] for marks in scene.marks if marks.shape == "slash"]
    axis = [line.points for line in scene.lines if line.points[0][1] == bottom == line.points[-1][1]]

    assert label.text == "18 h"
    assert column.x < label.x < column.x + column.width
    assert slashes == [(column.x, bottom), (column.x + column.width, bottom)]
    assert axis == [
        ((form.left, bottom), (column.x, bottom)),
        ((column.x + column.width, bottom), (form.right, bottom)),
    ]
    # the phase and the severity go on behind it
    assert sum(marks.shape == "cut" for marks in scene.marks) == 2


@pytest.mark.parametrize("name", RECORDED)
def test_the_tall_form_can_be_read_on_a_phone(name: str) -> None:
    """Eleven pixels at least, on a screen of 360 pixels and with the page's margins."""
    style = resources.files("bot.postmortem.render").joinpath("page.css").read_text()
    (margin,) = re.findall(r"^main {.* padding: \S+ (\S+)rem ", style, re.MULTILINE)
    scale = (360 - 2 * 16 * float(margin)) / TALL.width

    assert ".chart .tall { display: block; }" in style.partition("(max-width: 46rem)")[2][:200]
    assert min(words.size for words in scene_of(RECORDED[name], TALL).words) * scale >= 11


def test_the_days_and_the_zone_are_named() -> None:
    assert "Sun 10 Sep 2023 · times in UTC" in texts(DEMO)
    over_midnight = chart(dots=(Dot(at(0), "note"), Dot(at(1440), "note")), zone=NEW_YORK)
    assert "Sun 10 Sep – Mon 11 Sep 2023 · times in America/New_York (EDT)" in texts(over_midnight)
