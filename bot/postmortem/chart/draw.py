"""The timeline's picture: phases as bands, severity as steps, events as dots by kind.

Pillow and the typefaces are imported with the first picture, since they take 10 MB of memory.
"""

from __future__ import annotations

from markupsafe import Markup

from bot.postmortem.document import Chart


def svg(chart: Chart, *, is_tall: bool = False) -> Markup:
    """The picture as an `<svg>` element, wide or tall, for light and dark pages; `chart.alt` describes it.

    It takes some time, so call it by `asyncio.to_thread`. The same chart gives the same text.
    """
    from bot.postmortem.chart import svg as svg_file
    from bot.postmortem.chart.forms import TALL, WIDE
    from bot.postmortem.chart.layout import lay_out
    from bot.postmortem.chart.measure import Ruler

    scene = lay_out(chart, TALL if is_tall else WIDE, Ruler())
    return svg_file.written(scene, chart.title, chart.alt)


def png(chart: Chart) -> bytes:
    """The picture as a PNG on a light card of its own, which reads well in both of Slack's themes.

    It takes some time, so call it by `asyncio.to_thread`. The same chart gives the same bytes.
    """
    from bot.postmortem.chart import png as png_file
    from bot.postmortem.chart.forms import WIDE
    from bot.postmortem.chart.layout import lay_out
    from bot.postmortem.chart.measure import Ruler

    ruler = Ruler()
    return png_file.painted(lay_out(chart, WIDE, ruler), ruler)
