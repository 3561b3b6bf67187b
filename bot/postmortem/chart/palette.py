"""The picture's colours, for a light and a dark page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.vocabulary import EventKind


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they are for, as `#rrggbb`; none has two uses that need two colours on a dark page.

    Words stand on `paper`, on `gap` (a break of the axis) or on a band's tint; what else carries meaning
    stands on `paper`. `marks` are by kind of event, `phases` the bands' (tint, edge) in turn. They were
    searched for by computing: as different as they can be, to people who see all colours, to those who see
    no red, no green or no blue, and on their paper.
    """

    paper: str
    frame: str
    ink: str
    soft: str
    grid: str
    gap: str
    leader: str
    marks: Mapping[EventKind, str]
    phases: tuple[tuple[str, str], ...]


LIGHT = Palette(
    paper="#ffffff",
    frame="#d9dfe8",
    ink="#1c2430",
    soft="#566174",
    grid="#e9edf3",
    gap="#eff1f5",
    leader="#7d8898",
    marks={
        EventKind.MESSAGE: "#0124ce",
        EventKind.NOTE: "#607178",
        EventKind.DECISION: "#b371ec",
        EventKind.ALERT: "#ea6c3f",
        EventKind.DEPLOY: "#609d91",
        EventKind.STATUS: "#2f4711",
        EventKind.SEVERITY: "#752a67",
        EventKind.ROLE: "#9f5811",
        EventKind.MILESTONE: "#1c2430",
    },
    phases=(
        ("#f8e4ea", "#7e1c37"),
        ("#fbeedb", "#8d5e06"),
        ("#faf5dc", "#b18c26"),
        ("#e3eafc", "#123ca2"),
        ("#e1f4f4", "#359ba0"),
    ),
)

DARK = Palette(
    paper="#161b23",
    frame="#2f3a49",
    ink="#e6ebf2",
    soft="#a3afc0",
    grid="#242d39",
    gap="#212936",
    leader="#7b8798",
    marks={
        EventKind.MESSAGE: "#16b6fb",
        EventKind.NOTE: "#bfbbb7",
        EventKind.DECISION: "#8452c7",
        EventKind.ALERT: "#e5552b",
        EventKind.DEPLOY: "#6c9d90",
        EventKind.STATUS: "#8ef59a",
        EventKind.SEVERITY: "#a44a71",
        EventKind.ROLE: "#eaa346",
        EventKind.MILESTONE: "#e6ebf2",
    },
    phases=(
        ("#3a1f2a", "#b04161"),
        ("#3c2f20", "#f9b75d"),
        ("#322d1a", "#af8c17"),
        ("#192c4c", "#2775db"),
        ("#173437", "#4ad8d8"),
    ),
)


def on_dark() -> Mapping[str, str]:
    """The colour on a dark page for each colour on a light one."""
    plain = ("paper", "frame", "ink", "soft", "grid", "gap", "leader")
    found = {getattr(LIGHT, name): getattr(DARK, name) for name in plain}
    found |= {colour: DARK.marks[kind] for kind, colour in LIGHT.marks.items()}
    for light, dark in zip(LIGHT.phases, DARK.phases, strict=True):
        found |= dict(zip(light, dark, strict=True))
    return found
