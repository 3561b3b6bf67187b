"""The two forms of a picture: wide, for a page, a canvas and a printer; and tall, for a phone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """Measures in points. Labels stand beside the axis, which begins at `left`, or `is_tall` above it."""

    width: float
    edge: float
    left: float
    right: float
    title: float
    body: float
    small: float
    band: float
    row: float
    """From one row of labels to the next."""
    level: float
    """From one severity to the next."""
    stack: float
    """The most that dots of one kind reach above their line."""
    pad: float
    """Between the axis's ends, or its breaks, and what is next to them."""
    ticks: int
    is_tall: bool = False

    @property
    def gutter(self) -> float:
        """The room for a label beside the axis, or above it."""
        return self.right - self.edge if self.is_tall else self.left - self.edge - 12


WIDE = Form(760, 24, 158, 730, 16, 11.5, 10.5, 26, 16, 18, 96, 9, 9)
TALL = Form(320, 8, 8, 312, 15.5, 12, 11, 28, 17, 28, 80, 6, 5, is_tall=True)
"""As wide as a phone's page leaves it (360 pixels without the margins), so that its words are not shrunk."""
