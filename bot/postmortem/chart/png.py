"""A picture as PNG, drawn by matplotlib without any of its global state."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from io import BytesIO
from typing import Literal

from bot.postmortem.chart.measure import Ruler, font_file
from bot.postmortem.chart.scene import Anchor, Scene
from bot.postmortem.chart.shapes import SHAPES

DOTS_PER_INCH = 180
"""A picture of 760 points is then 1,900 pixels wide: sharp on a good screen, small enough for Slack."""

_ALIGNED: Mapping[Anchor, Literal["left", "center", "right"]] = {
    "start": "left",
    "middle": "center",
    "end": "right",
}

_drawing = threading.Lock()
"""Matplotlib says of itself that it is not safe between threads (its FAQ, "Work with threads")."""


def painted(scene: Scene, ruler: Ruler) -> bytes:
    """The picture on its own opaque background; the same bytes for the same scene."""
    # imported here, because this takes half a second that a bot without a draft need not spend
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D
    from matplotlib.patches import BoxStyle, FancyBboxPatch, Patch, Rectangle
    from matplotlib.path import Path
    from matplotlib.text import Text

    with _drawing:
        fonts = {bold: FontProperties(fname=font_file(bold)) for bold in (False, True)}
        paper = scene.rects[0].fill
        figure = Figure(figsize=(scene.width / 72, scene.height / 72), dpi=DOTS_PER_INCH, facecolor=paper)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(0, scene.width)
        axes.set_ylim(scene.height, 0)
        layer = iter(range(1, 1_000_000))
        for rect in scene.rects:
            at, edge, width = (rect.x, rect.y), rect.edge or "none", 1.0 if rect.edge else 0.0
            shape: Patch = Rectangle(
                at, rect.width, rect.height, facecolor=rect.fill, edgecolor=edge, linewidth=width
            )
            if rect.radius:
                corners = BoxStyle.Round(pad=0, rounding_size=rect.radius)
                shape = FancyBboxPatch(
                    at,
                    rect.width,
                    rect.height,
                    boxstyle=corners,
                    facecolor=rect.fill,
                    edgecolor=edge,
                    linewidth=width,
                )
            shape.set_zorder(next(layer))
            axes.add_patch(shape)
        for line in scene.lines:
            xs, ys = zip(*line.points, strict=True)
            drawn = Line2D(xs, ys, color=line.colour, linewidth=line.width, solid_joinstyle="miter")
            drawn.set_zorder(next(layer))
            axes.add_line(drawn)
        for marks in scene.marks:
            xs, ys = zip(*marks.points, strict=True)
            corners_of = SHAPES[marks.shape]
            # a marker's y goes up, and its farthest coordinate comes to lie half of `markersize` away
            outline = Path([(x, -y) for x, y in corners_of])
            reach = max(abs(part) for corner in corners_of for part in corner)
            drawn = Line2D(xs, ys, linestyle="none", marker=outline, color=marks.colour)
            drawn.set_markersize(marks.radius * 2 * reach)
            drawn.set_markeredgewidth(0)
            drawn.set_zorder(next(layer))
            axes.add_line(drawn)
        for words in scene.words:
            text = Text(
                words.x,
                words.y,
                ruler.drawable(words.text, bold=words.is_bold),
                color=words.colour,
                fontproperties=fonts[words.is_bold],
                fontsize=words.size,
                horizontalalignment=_ALIGNED[words.anchor],
                verticalalignment="baseline",
                parse_math=False,
                usetex=False,
            )
            if words.covers:
                text.set_bbox({"facecolor": words.on, "edgecolor": "none", "pad": 0.8})
            text.set_zorder(next(layer))
            axes.add_artist(text)
        written = BytesIO()
        # no name of the program in it, so that another version of matplotlib alone changes no bytes
        figure.savefig(
            written,
            format="png",
            dpi=DOTS_PER_INCH,
            facecolor=paper,
            edgecolor="none",
            bbox_inches=None,
            metadata={"Software": None},
        )
        return written.getvalue()
