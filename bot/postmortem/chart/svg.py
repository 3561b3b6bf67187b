"""A picture as SVG: small, with its words as text, and alone in its names."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from xml.sax.saxutils import escape, quoteattr

from bot.postmortem.chart.measure import one_line
from bot.postmortem.chart.scene import Line, Marks, Rect, Scene, Words
from bot.postmortem.chart.shapes import SHAPES

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"


def written(scene: Scene, title: str, alt: str) -> str:
    """The picture as one `<svg>` element that can stand in any HTML page or alone in a file.

    Its ids begin with a name made of its content, so two pictures in one page do not share any.
    """
    title, alt = one_line(title), one_line(alt)
    body = "".join((*map(_rect, scene.rects), *map(_line, scene.lines)))
    words = "".join(map(_words, scene.words))
    name = f"timeline-{sha256((title + alt + body + words).encode()).hexdigest()[:10]}"
    marks = "".join(_marks(name, marks) for marks in scene.marks)
    symbols = "".join(_symbol(name, shape) for shape in sorted({marks.shape for marks in scene.marks}))
    width, height = _number(scene.width), _number(scene.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'style="max-width:100%;height:auto" font-family={quoteattr(FONT)}>'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(alt)}</desc>'
        f"<defs>{symbols}</defs>{body}{marks}{words}</svg>\n"
    )


def _rect(rect: Rect) -> str:
    edge = f' stroke="{rect.edge}"' if rect.edge else ""
    corner = f' rx="{_number(rect.radius)}"' if rect.radius else ""
    return (
        f'<rect x="{_number(rect.x)}" y="{_number(rect.y)}" width="{_number(rect.width)}" '
        f'height="{_number(rect.height)}"{corner} fill="{rect.fill}"{edge}/>'
    )


def _line(line: Line) -> str:
    return (
        f'<polyline points="{_points(line.points)}" fill="none" stroke="{line.colour}" '
        f'stroke-width="{_number(line.width)}"/>'
    )


def _symbol(name: str, shape: str) -> str:
    return f'<polygon id="{name}-{shape}" points="{_points(SHAPES[shape])}"/>'


def _marks(name: str, marks: Marks) -> str:
    size = marks.radius
    used = "".join(
        f'<use href="#{name}-{marks.shape}" x="{_number(x / size)}" y="{_number(y / size)}"/>'
        for x, y in marks.points
    )
    return f'<g fill="{marks.colour}" transform="scale({_number(size)})">{used}</g>'


def _words(words: Words) -> str:
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    weight = ' font-weight="bold"' if words.is_bold else ""
    # painted first and wide, the outline hides a line that runs behind the words
    cover = f' stroke="{words.on}" stroke-width="3" paint-order="stroke"' if words.covers else ""
    return (
        f'<text x="{_number(words.x)}" y="{_number(words.y)}" font-size="{_number(words.size)}" '
        f'fill="{words.colour}"{anchor}{weight}{cover}>{escape(words.text)}</text>'
    )


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
