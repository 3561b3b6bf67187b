"""A picture as PNG, drawn by Pillow.

Pillow draws shapes without antialiasing. So vertical and horizontal edges are put on whole pixels; marks,
round corners and words are drawn larger and scaled down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from itertools import pairwise

from PIL import Image, ImageDraw
from PIL.Image import Transpose

from bot.postmortem.chart.measure import Ruler
from bot.postmortem.chart.scene import Anchor, Line, Marks, Rect, Scene, Words
from bot.postmortem.chart.shapes import SHAPES

SCALE = 2.5
"""Pixels per point: 760 points are 1,900 pixels, sharp on good screens and small enough for Slack."""

_FINE = 8
"""How many times larger marks and corners are drawn; marks are placed to 1/8 of a pixel."""
_FINE_WORDS = 4
_BEFORE: Mapping[Anchor, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""The fraction of a text's width that lies to the left of its x."""
_ASCENT, _DESCENT, _COVER = 0.78, 0.2, 0.8
"""How far words reach above and below their baseline, in font sizes; what they cover around it, in points."""

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom are the first outside."""


def painted(scene: Scene, ruler: Ruler) -> bytes:
    """The picture on its own opaque background; the same bytes for the same scene."""
    size = round(scene.width * SCALE), round(scene.height * SCALE)
    picture = Image.new("RGB", size, scene.rects[0].fill)
    for rect in scene.rects:
        _rect(picture, rect)
    for line in scene.lines:
        _line(picture, line)
    for marks in scene.marks:
        _marks(picture, marks)
    for words in scene.words:
        _words(picture, words, ruler)
    written = BytesIO()
    picture.save(written, format="PNG")
    return written.getvalue()


def _rect(picture: Image.Image, rect: Rect) -> None:
    half = 0.5 if rect.edge else 0.0
    right, bottom = rect.x + rect.width, rect.y + rect.height
    outer = _pixels(rect.x - half, rect.y - half, right + half, bottom + half)
    radius = round((rect.radius + half) * SCALE) if rect.radius else 0
    if not rect.edge:
        _filled(picture, outer, radius, rect.fill)
        return
    edge = _thick(1.0)
    left, top, right_at, bottom_at = outer
    inner = (left + edge, top + edge, right_at - edge, bottom_at - edge)
    _filled(picture, outer, radius, rect.edge)
    _filled(picture, inner, max(0, radius - edge), rect.fill)


def _filled(picture: Image.Image, box: Box, radius: int, colour: str) -> None:
    """An area with rounded corners; `radius` in pixels."""
    left, top, right, bottom = box
    picture.paste(colour, (left, top + radius, right, bottom - radius))
    if not radius:
        return
    picture.paste(colour, (left + radius, top, right - radius, bottom))
    corner = _corner(radius)
    mirrored = corner.transpose(Transpose.FLIP_LEFT_RIGHT)
    for mask, x in ((corner, left), (mirrored, right - radius)):
        picture.paste(colour, (x, top), mask)
        picture.paste(colour, (x, bottom - radius), mask.transpose(Transpose.FLIP_TOP_BOTTOM))


@cache
def _corner(radius: int) -> Image.Image:
    """The mask of a rounded corner at the top left."""
    large = Image.new("L", (radius * _FINE, radius * _FINE))
    ImageDraw.Draw(large).ellipse((0, 0, 2 * radius * _FINE - 1, 2 * radius * _FINE - 1), fill=255)
    return large.reduce(_FINE)


def _line(picture: Image.Image, line: Line) -> None:
    """Draw a line's vertical and horizontal parts, with a square where two of them meet."""
    thick = _thick(line.width)
    for (x1, y1), (x2, y2) in pairwise(line.points):
        (left, right), (top, bottom) = sorted((x1, x2)), sorted((y1, y2))
        if y1 == y2:
            at = _from(y1, thick)
            picture.paste(line.colour, (round(left * SCALE), at, round(right * SCALE), at + thick))
        else:
            at = _from(x1, thick)
            picture.paste(line.colour, (at, round(top * SCALE), at + thick, round(bottom * SCALE)))
    for x, y in line.points[1:-1]:
        across, down = _from(x, thick), _from(y, thick)
        picture.paste(line.colour, (across, down, across + thick, down + thick))


def _from(middle: float, thick: int) -> int:
    """The first pixel of a line that is `thick` pixels wide."""
    return round(middle * SCALE - thick / 2)


def _marks(picture: Image.Image, marks: Marks) -> None:
    radius = marks.radius * SCALE
    draw = ImageDraw.Draw(picture)
    for x, y in marks.points:
        across, right = divmod(round(x * SCALE * _FINE), _FINE)
        down, below = divmod(round(y * SCALE * _FINE), _FINE)
        mask = _mark(marks.shape, radius, right, below)
        # the same as pasting the colour, which takes twice as long
        draw.bitmap((across - mask.width // 2, down - mask.height // 2), mask, marks.colour)


@cache
def _mark(shape: str, radius: float, right: int, below: int) -> Image.Image:
    """The image of a mark, shifted by fractions of a pixel."""
    reach = math.ceil(radius * max(math.hypot(*corner) for corner in SHAPES[shape])) + 1
    large = Image.new("L", (2 * reach * _FINE, 2 * reach * _FINE))
    middle = reach * _FINE - 0.5
    outline = [
        (middle + right + x * radius * _FINE, middle + below + y * radius * _FINE) for x, y in SHAPES[shape]
    ]
    ImageDraw.Draw(large).polygon(outline, fill=255)
    return large.reduce(_FINE)


def _words(picture: Image.Image, words: Words, ruler: Ruler) -> None:
    runs = ruler.runs(words.text, bold=words.is_bold)
    width = math.fsum(run.em for run in runs) * words.size
    left = words.x - _BEFORE[words.anchor] * width
    if words.covers:
        top, bottom = words.y - _ASCENT * words.size, words.y + _DESCENT * words.size
        cover = _pixels(left - _COVER, top - _COVER, left + width + _COVER, bottom + _COVER)
        picture.paste(words.on, cover)
    size = words.size * SCALE
    # room for marks above and below letters, and for glyphs that reach beyond their advance
    margin, above, below = round(size), round(1.2 * size), round(0.5 * size)
    start = math.floor(left * SCALE)
    pen = (left * SCALE - start + margin) * _FINE_WORDS
    room = math.ceil(width * SCALE) + 2 * margin, above + below
    large = Image.new("L", (room[0] * _FINE_WORDS, room[1] * _FINE_WORDS))
    draw = ImageDraw.Draw(large)
    for run in runs:
        typeface = run.typeface.at(size * _FINE_WORDS)
        draw.text((pen, above * _FINE_WORDS), run.text, 255, typeface, anchor="ls")
        pen += run.em * size * _FINE_WORDS
    # a baseline on a whole pixel is a sharp one
    at = start - margin, round(words.y * SCALE) - above
    picture.paste(words.colour, at, large.reduce(_FINE_WORDS))


def _pixels(left: float, top: float, right: float, bottom: float) -> Box:
    return round(left * SCALE), round(top * SCALE), round(right * SCALE), round(bottom * SCALE)


def _thick(width: float) -> int:
    """A line's width in whole pixels, so that it is sharp; at least 1."""
    return max(1, math.floor(width * SCALE + 0.5))
