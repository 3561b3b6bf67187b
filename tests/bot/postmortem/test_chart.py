"""The timeline's picture: whole, readable, the same each time, whatever it is asked to show."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.postmortem.chart import layout
from bot.postmortem.chart.callouts import Callout, place
from bot.postmortem.chart.draw import png, svg
from bot.postmortem.chart.layout import lay_out
from bot.postmortem.chart.measure import Ruler
from bot.postmortem.chart.palette import DARK, LIGHT, Palette, contrast
from bot.postmortem.chart.scene import Scene, Words
from bot.postmortem.chart.shapes import SHAPES
from bot.postmortem.chart.swarm import RADII, swarm
from bot.postmortem.chart.ticks import Spanning, ticks
from bot.postmortem.document import Band, Chart, Dot, Step
from storage.vocabulary import EventKind
from tests.bot.postmortem.charts import ALL, DEMO, HUGE, ODD, at, bands, chart

EVERY = pytest.mark.parametrize("drawn", ALL.values(), ids=ALL.keys())
BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
NEW_YORK = ZoneInfo("America/New_York")
SVG = "{http://www.w3.org/2000/svg}"


def scene_of(drawn: Chart, palette: Palette = LIGHT) -> Scene:
    return lay_out(drawn, palette, Ruler())


def texts(drawn: Chart) -> list[str]:
    return [words.text for words in scene_of(drawn).words]


def box(words: Words, ruler: Ruler) -> tuple[float, float, float, float]:
    width = ruler.width(words.text, words.size, bold=words.is_bold)
    assert words.anchor == "start"
    return words.x, words.y - 0.78 * words.size, words.x + width, words.y + 0.2 * words.size


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# --- whatever is shown ----------------------------------------------------------------------------------


@EVERY
def test_no_words_overlap_or_run_off_the_page(drawn: Chart) -> None:
    scene, ruler = scene_of(drawn), Ruler()
    boxes = [(words.text, box(words, ruler)) for words in scene.words]

    for text, (left, top, right, bottom) in boxes:
        assert left >= 0, text
        assert right <= scene.width, text
        assert top >= 0, text
        assert bottom <= scene.height, text
    assert [(one[0], other[0]) for one, other in combinations(boxes, 2) if overlap(one[1], other[1])] == []


@EVERY
def test_everything_stays_on_the_page(drawn: Chart) -> None:
    scene = scene_of(drawn)
    points = [point for line in scene.lines for point in line.points]
    points += [point for marks in scene.marks for point in marks.points]

    assert all(0 <= x <= scene.width and 0 <= y <= scene.height for x, y in points)
    assert all(rect.width > 0 and rect.x + rect.width <= scene.width for rect in scene.rects)


@EVERY
def test_every_chart_is_drawn_as_both_kinds_of_picture(drawn: Chart) -> None:
    assert png(drawn).startswith(b"\x89PNG\r\n\x1a\n")
    for dark in (False, True):
        root = ElementTree.fromstring(svg(drawn, dark=dark))
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
    test_no_words_overlap_or_run_off_the_page(drawn)


@EVERY
def test_lines_are_upright_or_level(drawn: Chart) -> None:
    for line in scene_of(drawn).lines:
        assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in pairwise(line.points))


# --- what it tells --------------------------------------------------------------------------------------


def test_phases_are_named_with_their_length() -> None:
    scene = scene_of(DEMO)
    tints = [rect for rect in scene.rects if rect.fill in {tint for tint, _ in LIGHT.phases}]

    assert len(tints) == 5
    assert [round(rect.width / tints[0].width, 1) for rect in tints] == [1.0, 0.3, 1.7, 1.7, 1.3]
    assert {"Acknowledged", "25 min", "Mitigated", "20 min"} <= set(texts(DEMO))


def test_a_phase_too_narrow_for_its_name_has_it_below_at_the_end_of_a_line() -> None:
    scene = scene_of(DEMO)
    band = next(rect for rect in scene.rects if rect.fill == LIGHT.phases[1][0])
    (words,) = [words for words in scene.words if words.text == "Detected, 5 min"]
    (leader,) = [line for line in scene.lines if line.colour == LIGHT.leader and len(line.points) == 3]

    assert leader.points[0][0] == pytest.approx(band.x + band.width / 2)
    assert leader.points[-1][0] == pytest.approx(words.x, abs=3)
    assert words.y > band.y + band.height


def test_a_span_that_ends_before_it_begins_has_no_band() -> None:
    assert not any("Detected" in text for text in texts(ODD["a negative span"]))


def test_phases_at_the_same_time_stand_one_below_the_other() -> None:
    scene = scene_of(ODD["phases that overlap"])
    one, two = [words for words in scene.words if words.text in ("One", "Two")]

    assert one.y < two.y


def test_severity_is_a_step_line_with_the_gravest_on_top() -> None:
    scene = scene_of(DEMO)
    levels = {words.text: words.y for words in scene.words if words.text.startswith("SEV")}
    (line,) = [line for line in scene.lines if line.colour == LIGHT.step]
    heights = [y for _, y in line.points]

    assert levels["SEV1"] < levels["SEV2"] < levels["SEV3"]
    assert heights[0] == pytest.approx(levels["SEV2"] - 3.5)
    assert min(heights) == pytest.approx(levels["SEV1"] - 3.5)
    assert heights[-1] == pytest.approx(levels["SEV3"] - 3.5)
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


# --- dots -----------------------------------------------------------------------------------------------


def test_dots_close_to_each_other_are_stacked_without_touching() -> None:
    stacked = swarm([100, 100, 101, 140], room=96)

    assert stacked.radius == RADII[0]
    assert sorted(x for x, _ in stacked.points) == [100, 100, 101, 140]
    for (x1, y1), (x2, y2) in combinations(stacked.points, 2):
        assert (x1 - x2) ** 2 + (y1 - y2) ** 2 >= (2 * stacked.radius) ** 2


def test_many_dots_are_smaller_and_never_higher_than_the_room() -> None:
    stacked = swarm([at % 500 / 2 for at in range(3000)], room=96)

    assert stacked.radius < RADII[0]
    assert stacked.height <= 96


# --- time -----------------------------------------------------------------------------------------------


def labels(since: datetime, until: datetime, zone: ZoneInfo, most: int = 9) -> list[str]:
    return [f"{tick.label} {tick.under}".strip() for tick in ticks(Spanning(since, until, zone), most)]


def test_ticks_are_even_on_the_zone_s_own_clock() -> None:
    since = datetime(2023, 9, 10, 14, 7, tzinfo=UTC)

    assert labels(since, since + timedelta(hours=2), ZoneInfo("Asia/Kathmandu")) == [
        *("20:00", "20:15", "20:30", "20:45", "21:00", "21:15", "21:30", "21:45")
    ]


def test_the_hour_that_comes_twice_is_marked_twice_and_the_new_clock_named() -> None:
    since = datetime(2023, 11, 5, 4, 30, tzinfo=UTC)

    assert labels(since, since + timedelta(hours=4), NEW_YORK) == [
        *("00:30 EDT", "01:00", "01:30", "01:00 EST", "01:30", "02:00", "02:30", "03:00", "03:30")
    ]


def test_the_hour_that_is_skipped_is_not_marked() -> None:
    since = datetime(2023, 3, 12, 6, tzinfo=UTC)

    assert labels(since, since + timedelta(hours=2, minutes=30), NEW_YORK, most=6) == [
        *("01:00 EST", "01:30", "03:00 EDT", "03:30", "04:00", "04:30")
    ]


def test_days_are_named_where_they_begin() -> None:
    since = datetime(2023, 9, 10, 20, tzinfo=UTC)

    assert labels(since, since + timedelta(hours=10), ZoneInfo("UTC"), most=6) == [
        *("20:00 Sun 10 Sep", "22:00", "00:00 Mon 11 Sep", "02:00", "04:00", "06:00")
    ]


@given(
    since=st.integers(31_536_000, 4_102_444_800),
    seconds=st.floats(1, 400 * 86400),
    zone=st.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]),
)
def test_ticks_are_few_in_order_and_within_the_time_shown(since: int, seconds: float, zone: str) -> None:
    begin = datetime.fromtimestamp(since, UTC)
    span = Spanning(begin, begin + timedelta(seconds=seconds), ZoneInfo(zone))
    found = [tick.at for tick in ticks(span, most=9)]

    assert len(found) <= 13
    assert found == sorted(set(found))
    assert all(span.since <= moment <= span.until for moment in found)


def test_the_days_and_the_zone_are_named() -> None:
    assert "Sun 10 Sep 2023 · times in UTC" in texts(DEMO)
    over_midnight = chart(dots=(Dot(at(0), "note"), Dot(at(1440), "note")), zone=NEW_YORK)
    assert "Sun 10 Sep – Mon 11 Sep 2023 · times in America/New_York (EDT)" in texts(over_midnight)


def test_names_beside_each_other_get_rows_and_lines_that_cross_none() -> None:
    placed = place([Callout(x, f"phase {x}", 90) for x in (160, 163, 170, 700)], 158, 736)

    assert sorted(one.row for one in placed) == [0, 0, 1, 2]
    for one, other in combinations(placed, 2):
        lower, upper = (one, other) if one.row > other.row else (other, one)
        assert not (one.row != other.row and upper.left < lower.callout.x < upper.right)


# --- to read it in both themes --------------------------------------------------------------------------


@BOTH
@EVERY
def test_words_can_be_read_on_what_is_behind_them(drawn: Chart, palette: Palette) -> None:
    scene = scene_of(drawn, palette)

    for words in scene.words:
        assert contrast(words.colour, words.on) >= 4.5, words.text


@BOTH
def test_marks_and_lines_that_tell_something_stand_out(palette: Palette) -> None:
    colours = [*palette.marks.values(), palette.step, palette.leader]

    assert [colour for colour in colours if contrast(colour, palette.paper) < 3] == []
    assert [
        edge for tint, edge in palette.phases if min(contrast(edge, tint), contrast(edge, palette.paper)) < 3
    ] == []


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


# --- as SVG ---------------------------------------------------------------------------------------------


def test_the_svg_says_in_words_what_it_shows() -> None:
    root = ElementTree.fromstring(svg(DEMO))
    by_id = {element.get("id"): element.text for element in root.iter() if element.get("id")}

    assert root.get("role") == "img"
    assert [by_id[name] for name in root.attrib["aria-labelledby"].split()] == [DEMO.title, DEMO.alt]
    assert "Acknowledged" in {element.text for element in root.iter(f"{SVG}text")}


def test_two_pictures_in_one_page_share_no_ids() -> None:
    pictures = [svg(DEMO), svg(DEMO, dark=True), svg(HUGE)]
    ids = [name for picture in pictures for name in re.findall(r'id="([^"]+)"', picture)]

    assert len(ids) == len(set(ids))
    for picture in pictures:
        own = set(re.findall(r'id="([^"]+)"', picture))
        assert set(re.findall(r'href="#([^"]+)"', picture)) <= own


def test_the_svg_loads_nothing_and_keeps_words_as_words() -> None:
    picture = svg(ODD["odd characters"])

    assert re.findall(r'(?:href|src)="(?!#)', picture) == []
    assert "<script" not in picture
    assert "日本語" in picture
    assert "🔥" in picture


# --- the same each time, and quick ----------------------------------------------------------------------


def test_the_same_chart_gives_the_same_bytes_in_every_thread() -> None:
    with ThreadPoolExecutor(4) as threads:
        pictures = list(threads.map(png, [DEMO, ODD["a minute"]] * 4))

    assert len(set(pictures)) == 2
    assert pictures[0] == png(DEMO)
    assert svg(DEMO) == svg(DEMO)


def test_each_of_5000_events_is_one_stroke() -> None:
    assert 5000 < svg(HUGE).count("<") < 5200
    assert len(png(HUGE)) < 4 * len(png(DEMO))


def test_a_bot_that_has_drawn_nothing_has_not_loaded_pillow() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, bot.app, bot.postmortem.chart.draw; print('PIL' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout.strip() == "False"
