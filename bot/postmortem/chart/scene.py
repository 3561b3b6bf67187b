"""What a picture is made of: shapes with their places in points, the origin at the top left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Anchor = Literal["start", "middle", "end"]
"""Which part of the words stands at `x`."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled area, its corners rounded by `radius`."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str | None = None
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line through these points; each part of it is vertical or horizontal."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float


@dataclass(frozen=True, slots=True)
class Marks:
    """Many marks of one kind. `shape` is a name in `shapes.SHAPES`; `points` are their middles."""

    kind: str
    shape: str
    colour: str
    radius: float
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is its baseline. `on` is the colour behind it; `covers` hides what is below."""

    text: str
    x: float
    y: float
    size: float
    colour: str
    on: str
    anchor: Anchor = "start"
    is_bold: bool = False
    covers: bool = False


@dataclass(slots=True)
class Scene:
    """A whole picture; drawn in the order of these lists, so that words are never hidden."""

    width: float
    height: float = 0.0
    rects: list[Rect] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
