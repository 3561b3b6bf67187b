"""The picture as SVG: says in words what it shows, loads nothing, is the same each time."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

from bot.postmortem.chart.draw import png, svg
from bot.postmortem.chart.palette import DARK, LIGHT
from tests.bot.postmortem.chart.charts import DEMO, HUGE, ODD

SVG = "{http://www.w3.org/2000/svg}"


def test_the_svg_says_in_words_what_it_shows() -> None:
    root = ElementTree.fromstring(svg(DEMO))
    by_id = {element.get("id"): element.text for element in root.iter() if element.get("id")}

    assert root.get("role") == "img"
    assert [by_id[name] for name in root.attrib["aria-labelledby"].split()] == [DEMO.title, DEMO.alt]
    assert "Acknowledged 25 min" in {element.text for element in root.iter(f"{SVG}text")}


def test_two_pictures_in_one_page_share_no_ids() -> None:
    pictures = [svg(DEMO), svg(DEMO, is_tall=True), svg(HUGE)]
    ids = [name for picture in pictures for name in re.findall(r'id="([^"]+)"', picture)]

    assert len(ids) == len(set(ids))
    for picture in pictures:
        own = set(re.findall(r'id="([^"]+)"', picture))
        assert set(re.findall(r'href="#([^"]+)"', picture)) <= own


def test_the_svg_loads_nothing_and_keeps_words_as_words() -> None:
    picture = svg(ODD["odd characters"])

    assert re.findall(r'(?:href|src)="(?!#)', picture) == []
    assert "<script" not in picture
    assert "日本語" in picture
    assert "🔥" in picture


def test_on_a_dark_page_each_colour_is_another_one_but_not_on_paper() -> None:
    (style,) = re.findall(r"<style>(.*)</style>", svg(DEMO))

    assert style.startswith("@media screen and (prefers-color-scheme:dark){")
    assert f"[fill='{LIGHT.ink}']{{fill:{DARK.ink}}}" in style
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg(DEMO)))
    assert {colour for colour in used if f"[fill='{colour}']" not in style} == set()


def test_the_same_chart_gives_the_same_bytes_in_every_thread() -> None:
    with ThreadPoolExecutor(4) as threads:
        pictures = list(threads.map(png, [DEMO, ODD["a minute"]] * 4))

    assert len(set(pictures)) == 2
    assert pictures[0] == png(DEMO)
    assert svg(DEMO) == svg(DEMO)


def test_each_of_5000_events_is_one_stroke() -> None:
    assert 5000 < svg(HUGE).count("<") < 5200
    assert len(png(HUGE)) < 4 * len(png(DEMO))


def test_a_bot_that_has_drawn_nothing_has_not_loaded_pillow() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, bot.app, bot.postmortem.chart.draw; print('PIL' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout.strip() == "False"
