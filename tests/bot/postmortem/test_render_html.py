"""The page needs nothing else, does nothing, and shows what people typed as they typed it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.postmortem.document import Document, Evidence, Fact, FactList, FileRef, Remark, Section, Written
from bot.postmortem.render import html
from bot.text.prose import Link, Paragraph, Text
from tests.bot.postmortem.gallery import CHART, gallery
from tests.bot.postmortem.shown import Page

HOSTILE = """</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"' onclick="x" <!-- &lt;"""


def page_of(*blocks: Paragraph | Remark | Written | FactList) -> str:
    section = Section("Lessons", blocks, "lessons")
    return html.render(replace(gallery(), opening=(), sections=(section,)))


def test_the_page_fetches_nothing_and_says_so() -> None:
    source = html.render(gallery())

    assert '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';' in source
    for fetches in ("@import", "url(http", "<link", "<script", "<iframe", "<img", "src=", "srcset="):
        assert fetches not in source
    page = Page(source)
    assert page.counts["svg"] == 2
    assert len(page.ids) == len(set(page.ids))


def test_the_style_holds_no_address() -> None:
    style = html.render(gallery()).partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|https?:|expression\(", style)


@pytest.mark.parametrize(
    "document",
    [
        replace(gallery(), title=HOSTILE),
        replace(gallery(), sections=(Section(HOSTILE, ()),)),
        replace(
            gallery(), opening=(FactList((Fact(HOSTILE, HOSTILE, Evidence(HOSTILE, "https://x.test")),)),)
        ),
        replace(gallery(), sections=(Section("S", (Written(HOSTILE),)),)),
        replace(gallery(), sections=(Section("S", (replace(CHART, title=HOSTILE, alt=HOSTILE),)),)),
        replace(
            gallery(),
            sections=(Section("S", (Remark((Paragraph((Text(HOSTILE),)),), Evidence(HOSTILE)),)),),
        ),
    ],
    ids=["title", "heading", "fact", "written", "chart", "remark"],
)
def test_markup_that_people_type_is_text_wherever_it_stands(document: Document) -> None:
    page = Page(html.render(document))

    assert "script" not in page.counts
    assert "alert(1)" in page.text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " JaVaScRiPt:x", "data:text/html,x", "//[x", "file:///"]
)
def test_an_address_that_could_do_something_is_no_link(url: str) -> None:
    file = FileRef("log.txt", url)
    remark = Remark((Paragraph((Link("run 7", url),)),), Evidence("Ana", url, files=(file,)))
    page = Page(page_of(remark, Written(f"[see]({url.strip()}) ![pic]({url.strip()})")))

    assert "a" not in page.counts
    assert "run 7" in page.text


def test_a_picture_that_people_wrote_becomes_a_link_to_it() -> None:
    source = page_of(Written("![the pool](https://x.test/p.png)"))
    assert '<a href="https://x.test/p.png" rel="noreferrer noopener">the pool</a>' in source
    Page(source)


def test_an_action_item_shows_whether_it_is_done() -> None:
    source = html.render(gallery())
    assert source.count('<tr class="done">') == 1
    assert '<td data-label="State">done by Bob</td>' in source
    assert '<td data-label="State">open</td>' in source


def test_times_are_for_machines_as_well() -> None:
    assert '<time datetime="2023-10-29T01:10:00Z">~02:10</time>' in html.render(gallery())


def test_a_page_without_a_picture_loads_no_drawing() -> None:
    assert "<svg" not in page_of(Paragraph((Text("All well."),)))
