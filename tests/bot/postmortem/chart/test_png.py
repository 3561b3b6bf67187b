"""The picture as PNG shows what the layout says, where it says so: read from its pixels."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageColor, ImageDraw

from bot.postmortem.chart.draw import png
from bot.postmortem.chart.forms import WIDE
from bot.postmortem.chart.layout import lay_out
from bot.postmortem.chart.measure import Ruler
from bot.postmortem.chart.palette import LIGHT
from bot.postmortem.chart.png import SCALE, painted
from bot.postmortem.chart.scene import Anchor, Line, Marks, Rect, Scene, Words
from bot.postmortem.chart.shapes import SHAPES
from bot.postmortem.chart.typefaces import Typefaces
from bot.postmortem.document import Chart
from tests.bot.postmortem.chart.charts import ALL, DEMO

EVERY = pytest.mark.parametrize("drawn", ALL.values(), ids=ALL.keys())
Box = tuple[float, float, float, float]
CARD = Rect(0.5, 0.5, 199, 99, LIGHT.paper, LIGHT.frame, 10)
INK = "#1c2430"
BANDS = {colour for phase in LIGHT.phases for colour in phase}


def scene_of(drawn: Chart) -> Scene:
    return lay_out(drawn, WIDE, Ruler())


def picture_of(scene: Scene) -> Image.Image:
    picture = Image.open(BytesIO(painted(scene, Ruler())))
    assert picture.mode == "RGB"
    return picture


def alone(*, line: Line | None = None, marks: Marks | None = None, words: Words | None = None) -> Image.Image:
    """One thing on a small card."""
    return picture_of(
        Scene(200, 100, [CARD], [line] if line else [], [marks] if marks else [], [words] if words else [])
    )


def pixel(picture: Image.Image, x: float, y: float) -> str:
    """The colour at a place in points."""
    return "#{:02x}{:02x}{:02x}".format(*picture.getpixel((int(x * SCALE), int(y * SCALE))))


def changed(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where two pictures differ."""
    return ImageChops.difference(one, other).convert("L").point(lambda value: 255 if value else 0)


def in_pixels(box: Box, margin: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (edge * SCALE for edge in box)
    return int(left - margin), int(top - margin), int(right + margin) + 1, int(bottom + margin) + 1


def place_of(words: Words) -> Box:
    """Where the layout has these words, letters with a tail and capitals with an accent included."""
    width = Ruler().width(words.text, words.size, bold=words.is_bold)
    return words.x, words.y - 1.0 * words.size, words.x + width, words.y + 0.3 * words.size


# --- size -----------------------------------------------------------------------------------------------


@pytest.mark.one_in(5)
@EVERY
def test_the_png_is_sharp_and_as_large_as_the_layout(drawn: Chart) -> None:
    picture = Image.open(BytesIO(png(drawn)))

    assert picture.size == (WIDE.width / 72 * 180, round(scene_of(drawn).height / 72 * 180))


# --- words ----------------------------------------------------------------------------------------------


@pytest.mark.one_in(5)
@EVERY
def test_all_words_stand_where_the_layout_says_and_nowhere_else(drawn: Chart) -> None:
    scene = scene_of(drawn)
    with_words = picture_of(scene)
    words, scene.words = scene.words, []
    ink = changed(with_words, picture_of(scene))

    for one in words:
        place = in_pixels(place_of(one), margin=3)
        assert ink.crop(place).getbbox() or not one.text.strip(), one.text
        ImageDraw.Draw(ink).rectangle(place, fill=0)
    assert ink.getbbox() is None


@pytest.mark.one_in(5)
@pytest.mark.parametrize("number", range(len(scene_of(DEMO).words)))
def test_words_are_as_wide_as_they_were_measured_and_in_their_colour(number: int) -> None:
    words = scene_of(DEMO).words[number]
    there = Words(words.text, 20, 50, words.size / 2, words.colour, LIGHT.paper, is_bold=words.is_bold)
    picture = alone(words=there)
    left, _, right, bottom = changed(picture, alone()).getbbox() or (0, 0, 0, 0)

    width = Ruler().width(there.text, there.size, bold=there.is_bold)
    assert left / SCALE == pytest.approx(20, abs=0.2 * there.size)
    assert right / SCALE == pytest.approx(20 + width, abs=0.2 * there.size)
    assert 50 - 1 <= bottom / SCALE <= 50 + 0.3 * there.size + 1 / SCALE
    darkest = min(picture.crop((left, 0, right, bottom)).get_flattened_data(), key=sum)
    assert darkest == pytest.approx(ImageColor.getrgb(words.colour), abs=60)


def test_the_words_can_be_read() -> None:
    """What stands in each character's place looks more like that character than like any other."""
    text, size, typefaces = "Ax7 größer: Привет, Ωμέγα → ½", 12.0, Typefaces()
    shown = alone(words=Words(text, 10, 50, size, "#000000", LIGHT.paper)).convert("L")
    pen = 10.0
    for character in text:
        typeface = typefaces.of(character, is_bold=False)
        assert typeface is not None
        advance = typeface.em(character) * size
        cell = shown.crop((round(pen * SCALE), 80, round((pen + advance) * SCALE), 140))
        unlike = {other: difference(cell, other, size, typefaces) for other in set(text)}
        assert unlike[character] == min(unlike.values()), character
        pen += advance


def difference(cell: Image.Image, character: str, size: float, typefaces: Typefaces) -> int:
    """How much ink there is in one only, of a place and of this character drawn by itself."""
    typeface = typefaces.of(character, is_bold=False)
    assert typeface is not None
    drawn = Image.new("L", cell.size, 255)
    ImageDraw.Draw(drawn).text((0, 45), character, 0, typeface.at(size * SCALE), anchor="ls")
    return sum(ImageChops.difference(cell, drawn).get_flattened_data())


@pytest.mark.parametrize(("anchor", "expected"), [("start", 100.0), ("middle", 85.0), ("end", 70.0)])
def test_words_stand_before_after_or_around_their_place(anchor: Anchor, expected: float) -> None:
    size = 30 / Ruler().width("HHH", 1)
    words = Words("HHH", 100, 50, size, INK, LIGHT.paper, anchor)
    left, _, right, _ = changed(alone(words=words), alone()).getbbox() or (0, 0, 0, 0)

    assert left / SCALE == pytest.approx(expected, abs=2)
    assert right / SCALE == pytest.approx(expected + 30, abs=2)


def test_bold_words_are_bolder() -> None:
    def ink(is_bold: bool) -> int:
        words = Words("Mitigated", 20, 50, 12, INK, LIGHT.paper, is_bold=is_bold)
        return sum(changed(alone(words=words), alone()).get_flattened_data())

    assert ink(True) > 1.2 * ink(False)


def test_words_that_cover_hide_the_line_behind_them() -> None:
    def colours(covers: bool) -> set[str]:
        line = Line(((30, 10), (30, 90)), LIGHT.leader, 1.0)
        words = Words(". . . . .", 20, 50, 12, INK, LIGHT.paper, covers=covers)
        picture = picture_of(Scene(200, 100, [CARD], [line], [], [words]))
        return {pixel(picture, 30, y) for y in (42, 45, 48)}

    assert colours(covers=False) == {LIGHT.leader}
    assert colours(covers=True) == {LIGHT.paper}


# --- characters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "characters",
    [
        "AZaz09éßøŁčĀ",
        "ΑΩαωάϊ",
        "АЯаяЁІЇєґ",
        "Tiếng Việt",
        "אבג",
        "عربى",
        "ไทย",
        "नमस्ते",
        "→←↑↓",
        "≤≠∞√",
        "■●★✔⚠",
        "€£₹₿",
    ],
)
@pytest.mark.parametrize("is_bold", [False, True])
def test_every_character_of_many_scripts_has_a_glyph(characters: str, is_bold: bool) -> None:
    typefaces = Typefaces()

    assert [one for one in characters if typefaces.of(one, is_bold=is_bold) is None] == []


def test_a_character_that_no_typeface_has_is_an_empty_box() -> None:
    def drawn(text: str) -> bytes:
        return alone(words=Words(text, 20, 50, 12, INK, LIGHT.paper)).tobytes()

    assert drawn("日") == drawn("🔥") == drawn("\U0010fffd")
    assert drawn("日") not in (drawn("D"), drawn(""))


def test_what_only_changes_its_neighbours_is_not_drawn() -> None:
    def drawn(text: str) -> bytes:
        return alone(words=Words(text, 20, 50, 12, INK, LIGHT.paper)).tobytes()

    assert drawn("a\u200db\ufe0f") == drawn("ab")


# --- marks ----------------------------------------------------------------------------------------------


@pytest.mark.one_in(5)
@EVERY
def test_every_mark_has_its_colour_at_its_place(drawn: Chart) -> None:
    scene = scene_of(drawn)
    scene.words = []
    picture = picture_of(scene)
    on_top = {point: marks.colour for marks in scene.marks for point in marks.points}

    assert [point for point, colour in on_top.items() if pixel(picture, *point) != colour] == []


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("x", [50.0, 50.13, 50.29])
def test_a_mark_has_its_shape(shape: str, x: float) -> None:
    marks = Marks("kind", shape, INK, 10.0, ((x, 50.0),))
    picture = alone(marks=marks)

    for dx, dy in SHAPES[shape]:
        assert pixel(picture, x + dx * 7.0, 50 + dy * 7.0) == INK
        assert pixel(picture, x + dx * 14.0, 50 + dy * 14.0) == LIGHT.paper
    left, top, right, bottom = changed(picture, alone()).getbbox() or (0, 0, 0, 0)
    across, down = [dx for dx, _ in SHAPES[shape]], [dy for _, dy in SHAPES[shape]]
    edges = (x + 10 * min(across), 50 + 10 * min(down), x + 10 * max(across), 50 + 10 * max(down))
    assert [edge / SCALE for edge in (left, top, right, bottom)] == pytest.approx(edges, abs=0.5)


def test_a_mark_is_smooth() -> None:
    picture = alone(marks=Marks("kind", "circle", INK, 3.6, ((50, 50),)))

    assert len(set(picture.get_flattened_data())) > 20


def test_one_of_many_is_drawn_a_part_of_a_pixel_further() -> None:
    near, far = (alone(marks=Marks("kind", "circle", INK, 3.6, ((x, 50),))) for x in (50, 50.1))

    assert near.tobytes() != far.tobytes()


# --- lines and areas ------------------------------------------------------------------------------------


@pytest.mark.every
def test_every_line_is_drawn_from_point_to_point() -> None:
    for line in scene_of(DEMO).lines:
        scene = scene_of(DEMO)
        scene.rects, scene.marks, scene.words = scene.rects[:1], [], []
        scene.lines = [line]
        with_line = picture_of(scene)
        scene.lines = []
        ink = changed(with_line, picture_of(scene))

        xs, ys = [x for x, _ in line.points], [y for _, y in line.points]
        box = [edge / SCALE for edge in ink.getbbox() or (0, 0, 0, 0)]
        assert box == pytest.approx([min(xs), min(ys), max(xs), max(ys)], abs=line.width / 2 + 0.5)
        for (x1, y1), (x2, y2) in zip(line.points, line.points[1:], strict=False):
            assert pixel(with_line, (x1 + x2) / 2, (y1 + y2) / 2) == line.colour
        assert set(with_line.get_flattened_data()) <= {
            *map(ImageColor.getrgb, (line.colour, LIGHT.paper)),
            *with_line.crop((0, 0, 1900, 30)).get_flattened_data(),
            *with_line.crop((0, 0, 30, 855)).get_flattened_data(),
        }


def test_a_line_has_its_corners_filled() -> None:
    picture = alone(line=Line(((20, 20), (60, 20), (60, 60)), INK, 4.0))

    assert {pixel(picture, x, y) for x in (58.6, 61.2) for y in (18.6, 21.2)} == {INK}
    assert pixel(picture, 62.8, 17.2) == LIGHT.paper


@pytest.mark.one_in(5)
@EVERY
def test_every_band_is_filled_with_its_colour_from_edge_to_edge(drawn: Chart) -> None:
    scene = scene_of(drawn)
    scene.lines, scene.marks, scene.words = [], [], []
    picture = picture_of(scene)

    for band in (rect for rect in scene.rects if rect.fill in BANDS and rect.width > 2):
        for x in (band.x + 0.4, band.x + band.width / 2, band.x + band.width - 0.6):
            for y in (band.y + 0.4, band.y + band.height / 2, band.y + band.height - 0.6):
                assert pixel(picture, x, y) == band.fill


def test_the_card_has_an_edge_and_smooth_round_corners() -> None:
    picture = alone()
    width, height = picture.size

    for x, y in ((0.3, 50), (199.7, 50), (100, 0.3), (100, 99.7)):
        assert pixel(picture, x, y) == LIGHT.frame
    for x, y in ((0.4, 0.4), (199.6, 0.4), (0.4, 99.6), (199.6, 99.6), (5, 5), (100, 50)):
        assert pixel(picture, x, y) == LIGHT.paper
    assert len(set(picture.get_flattened_data())) > 10
    assert picture.tobytes() == picture.transpose(Image.Transpose.ROTATE_180).tobytes()
    assert (width, height) == (500, 250)
