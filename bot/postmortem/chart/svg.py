"""A picture as SVG: small, with its words as text, and with ids that no other picture has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from markupsafe import Markup

from bot.postmortem.chart.measure import one_line
from bot.postmortem.chart.palette import on_dark
from bot.postmortem.chart.scene import Line, Marks, Rect, Scene, Words
from bot.postmortem.chart.shapes import SHAPES

FONT = Markup(
    "'Noto Sans', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
)
"""The one by which words are measured, then others that are hardly wider."""

DARK_PAGE = Markup("@media screen and (prefers-color-scheme:dark){{{}}}").format(
    Markup("").join(
        Markup("[fill='{0}']{{fill:{1}}}[stroke='{0}']{{stroke:{1}}}").format(light, dark)
        for light, dark in on_dark().items()
    )
)
"""Attributes hold the colours for a light page, also for programs that read no style; rules win over them."""


def written(scene: Scene, title: str, alt: str) -> Markup:
    """The picture as one `<svg>` element that can stand in any HTML page or alone in a file.

    Its ids begin with a name made of its content, so two pictures in one page do not share any.
    """
    title, alt = one_line(title), one_line(alt)
    body = _joined((*map(_rect, scene.rects), *map(_line, scene.lines)))
    words = _joined(map(_words, scene.words))
    name = f"timeline-{sha256((title + alt + str(body) + str(words)).encode()).hexdigest()[:10]}"
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        'height="{height}" role="img" aria-labelledby="{name}-title {name}-desc" '
        'style="max-width:100%;height:auto" font-family="{font}">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{alt}</desc>'
        "<style>{dark}</style><defs>{symbols}</defs>{body}{marks}{words}</svg>\n"
    ).format(
        width=_number(scene.width),
        height=_number(scene.height),
        name=name,
        font=FONT,
        title=title,
        alt=alt,
        dark=DARK_PAGE,
        symbols=_joined(_symbol(name, shape) for shape in sorted({marks.shape for marks in scene.marks})),
        body=body,
        marks=_joined(_marks(name, marks) for marks in scene.marks),
        words=words,
    )


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _rect(rect: Rect) -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}"{} fill="{}"{}/>').format(
        _number(rect.x),
        _number(rect.y),
        _number(rect.width),
        _number(rect.height),
        Markup(' rx="{}"').format(_number(rect.radius)) if rect.radius else "",
        rect.fill,
        Markup(' stroke="{}"').format(rect.edge) if rect.edge else "",
    )


def _line(line: Line) -> Markup:
    return Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="{}"/>').format(
        _points(line.points), line.colour, _number(line.width)
    )


def _symbol(name: str, shape: str) -> Markup:
    return Markup('<polygon id="{}-{}" points="{}"/>').format(name, shape, _points(SHAPES[shape]))


def _marks(name: str, marks: Marks) -> Markup:
    size = marks.radius
    # numbers and shapes need no escaping, and there may be thousands
    used = "".join(
        f'<use href="#{name}-{marks.shape}" x="{_number(x / size)}" y="{_number(y / size)}"/>'
        for x, y in marks.points
    )
    return Markup('<g fill="{}" transform="scale({})">{}</g>').format(
        marks.colour,
        _number(size),
        Markup(used),  # noqa: S704
    )


def _words(words: Words) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}" fill="{}"{}{}{}>{}</text>').format(
        _number(words.x),
        _number(words.y),
        _number(words.size),
        words.colour,
        "" if words.anchor == "start" else Markup(' text-anchor="{}"').format(words.anchor),
        Markup(' font-weight="bold"') if words.is_bold else "",
        # painted first and wide, the outline hides a line that runs behind the words
        Markup(' stroke="{}" stroke-width="3" paint-order="stroke"').format(words.on) if words.covers else "",
        words.text,
    )


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
