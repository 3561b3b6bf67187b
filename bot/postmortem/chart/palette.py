"""The picture's colours, for a light and a dark page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.vocabulary import EventKind


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they are for, as `#rrggbb`.

    Words stand on `paper` or on a band's `tint`; everything else that carries meaning stands on `paper`.
    `marks` are by kind of event, `phases` the bands' (tint, edge) in turn; no two differ by colour alone.
    """

    paper: str
    frame: str
    ink: str
    soft: str
    grid: str
    leader: str
    step: str
    marks: Mapping[EventKind, str]
    phases: tuple[tuple[str, str], ...]


LIGHT = Palette(
    paper="#ffffff",
    frame="#d9dfe8",
    ink="#1c2430",
    soft="#566174",
    grid="#e9edf3",
    leader="#7d8898",
    step="#b3362b",
    marks={
        EventKind.MESSAGE: "#3f6fb5",
        EventKind.NOTE: "#6b7789",
        EventKind.DECISION: "#7a4fb5",
        EventKind.ALERT: "#c0392b",
        EventKind.DEPLOY: "#0f7f78",
        EventKind.STATUS: "#2f7d3b",
        EventKind.SEVERITY: "#b3362b",
        EventKind.ROLE: "#96660b",
        EventKind.MILESTONE: "#1c2430",
    },
    phases=(
        ("#fdeaea", "#c9544b"),
        ("#fdf0df", "#b8741a"),
        ("#fbf6d9", "#94800f"),
        ("#e7f1fd", "#3f78c4"),
        ("#e6f5ea", "#3a8a4d"),
        ("#f1eafa", "#8059bd"),
    ),
)

DARK = Palette(
    paper="#161b23",
    frame="#2f3a49",
    ink="#e6ebf2",
    soft="#a3afc0",
    grid="#242d39",
    leader="#7b8798",
    step="#ff8f82",
    marks={
        EventKind.MESSAGE: "#7db0f5",
        EventKind.NOTE: "#a9b4c4",
        EventKind.DECISION: "#c3a0f5",
        EventKind.ALERT: "#ff8578",
        EventKind.DEPLOY: "#4fcabf",
        EventKind.STATUS: "#7fcf8d",
        EventKind.SEVERITY: "#ff8f82",
        EventKind.ROLE: "#e3b45a",
        EventKind.MILESTONE: "#f3f6fa",
    },
    phases=(
        ("#3d2226", "#e0736b"),
        ("#3b2c1c", "#d99a45"),
        ("#36321a", "#c9b03f"),
        ("#1b3050", "#6ea5ee"),
        ("#1b3626", "#62b878"),
        ("#30264a", "#a98ae0"),
    ),
)


def contrast(one: str, other: str) -> float:
    """How well two colours can be told apart, from 1 to 21.

    Source: WCAG 2.2, "contrast ratio" and "relative luminance"; text wants 4.5, marks 3.
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
