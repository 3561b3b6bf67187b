"""The picture's colours: read in both themes, and told apart by people who do not see all colours."""

from __future__ import annotations

from itertools import combinations

import pytest

from bot.postmortem.chart.forms import TALL, WIDE, Form
from bot.postmortem.chart.layout import lay_out
from bot.postmortem.chart.measure import Ruler
from bot.postmortem.chart.palette import DARK, LIGHT, Palette, on_dark
from bot.postmortem.document import Chart
from storage.vocabulary import EventKind
from tests.bot.postmortem.chart.charts import ALL
from tests.bot.postmortem.chart.colours import SEEN, contrast, distance
from tests.bot.postmortem.chart.recorded import RECORDED

EVERY = pytest.mark.parametrize("drawn", [*ALL.values(), *RECORDED.values()], ids=[*ALL, *RECORDED])
FORMS = pytest.mark.parametrize("form", [WIDE, TALL], ids=["wide", "tall"])
BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
SIGHT = pytest.mark.parametrize("sight", SEEN)


@FORMS
@pytest.mark.one_in(5)
@EVERY
def test_words_can_be_read_on_what_is_behind_them_on_light_and_dark_pages(drawn: Chart, form: Form) -> None:
    dark = on_dark()

    for words in lay_out(drawn, form, Ruler()).words:
        assert contrast(words.colour, words.on) >= 4.5, words.text
        assert contrast(dark[words.colour], dark[words.on]) >= 4.5, words.text


@BOTH
def test_marks_and_lines_that_tell_something_stand_out(palette: Palette) -> None:
    colours = [*palette.marks.values(), palette.leader, *(edge for _, edge in palette.phases)]

    assert [colour for colour in colours if contrast(colour, palette.paper) < 3] == []


@BOTH
@SIGHT
def test_kinds_of_events_are_told_apart_whatever_colours_somebody_sees(palette: Palette, sight: str) -> None:
    marks = palette.marks.values()

    assert len(palette.marks) == len(EventKind)
    assert min(distance(one, other, SEEN[sight]) for one, other in combinations(marks, 2)) > 0.1


@BOTH
@SIGHT
def test_phases_are_told_apart_whatever_colours_somebody_sees(palette: Palette, sight: str) -> None:
    edges = [edge for _, edge in palette.phases]

    assert min(distance(one, other, SEEN[sight]) for one, other in combinations(edges, 2)) > 0.12


def test_red_and_green_are_alike_to_those_who_see_no_red_or_no_green() -> None:
    """What the distances above are measured with does find colours that people mix up."""
    alike = {sight: distance("#b3362b", "#6b6b12", SEEN[sight]) for sight in SEEN}

    assert alike["all colours"] > 0.15
    assert alike["deuteranopia"] < 0.1
    assert alike["protanopia"] < 0.1


def test_each_colour_of_a_light_page_has_one_on_a_dark_page() -> None:
    colours = [LIGHT.paper, LIGHT.frame, LIGHT.ink, LIGHT.soft, LIGHT.grid, LIGHT.gap, LIGHT.leader]
    kinds = [LIGHT.marks[kind] for kind in EventKind if kind != EventKind.MILESTONE]
    phases = [colour for phase in LIGHT.phases for colour in phase]

    assert LIGHT.marks[EventKind.MILESTONE] == LIGHT.ink
    assert DARK.marks[EventKind.MILESTONE] == DARK.ink
    assert len({*colours, *kinds, *phases}) == len([*colours, *kinds, *phases]) == len(on_dark())


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_black_and_white_are_one_apart_to_everybody() -> None:
    assert [distance("#000000", "#ffffff", seen) for seen in SEEN.values()] == pytest.approx(
        [1] * 4, abs=1e-3
    )
