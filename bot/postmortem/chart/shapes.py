"""The kinds of event in a picture: their words, and their shapes, since not everybody sees colours."""

from __future__ import annotations

import math
from collections.abc import Mapping

from storage.vocabulary import EventKind

Outline = tuple[tuple[float, float], ...]
"""Corners around the middle, with y pointing down, at most about 1 away from it."""


def _regular(corners: int, turn: float, size: float = 1.0, inner: float | None = None) -> Outline:
    """A polygon, or a star when every other corner lies at `inner`; `turn` in degrees, 0 points up."""
    count = corners if inner is None else corners * 2
    points: list[tuple[float, float]] = []
    for at in range(count):
        angle = math.radians(turn - 90 + 360 * at / count)
        distance = size if inner is None or at % 2 == 0 else inner
        points.append((round(distance * math.cos(angle), 4), round(distance * math.sin(angle), 4)))
    return tuple(points)


_ARM = 0.38

SHAPES: Mapping[str, Outline] = {
    "circle": _regular(24, 0),
    "square": _regular(4, 45, 1.2),
    "diamond": _regular(4, 0, 1.25),
    "triangle": _regular(3, 0, 1.3),
    "wedge": _regular(3, 180, 1.3),
    "plus": (
        *((-_ARM, -1.15), (_ARM, -1.15), (_ARM, -_ARM), (1.15, -_ARM), (1.15, _ARM), (_ARM, _ARM)),
        *((_ARM, 1.15), (-_ARM, 1.15), (-_ARM, _ARM), (-1.15, _ARM), (-1.15, -_ARM), (-_ARM, -_ARM)),
    ),
    "slash": ((-0.75, 1.0), (-0.25, 1.0), (0.75, -1.0), (0.25, -1.0)),
    "cut": ((-1.4, 1.0), (0.2, 1.0), (1.4, -1.0), (-0.2, -1.0)),
    "pentagon": _regular(5, 0, 1.15),
    "hexagon": _regular(6, 30, 1.15),
    "star": _regular(5, 0, 1.45, 0.62),
    "left": _regular(3, 270, 1.3),
    "right": _regular(3, 90, 1.3),
    "spark": _regular(4, 0, 1.45, 0.5),
}

OF_KIND: Mapping[EventKind, str] = {
    EventKind.MESSAGE: "circle",
    EventKind.NOTE: "square",
    EventKind.DECISION: "diamond",
    EventKind.ALERT: "triangle",
    EventKind.DEPLOY: "wedge",
    EventKind.STATUS: "plus",
    EventKind.SEVERITY: "hexagon",
    EventKind.ROLE: "pentagon",
    EventKind.MILESTONE: "star",
}
_CHANGES = (EventKind.STATUS, EventKind.SEVERITY, EventKind.ROLE)


def counted(kind: EventKind, count: int) -> str:
    """`1 alert`, `12 status changes`."""
    name = f"{kind} change" if kind in _CHANGES else kind
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"
