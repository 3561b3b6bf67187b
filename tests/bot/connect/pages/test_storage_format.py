"""Confluence's storage format: XML whatever people wrote, in which their words are words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connect.pages.storage_format import FOOTER, stamp_in, storage
from sandbox.wikis.confluence import NAMESPACES
from tests.bot.connect.pages.hostile import HOSTILE, MARKDOWN

AC, RI = "{http://atlassian.com/content}", "{http://atlassian.com/resource/identifier}"
MARKER = "0123456789abcdef0123456789abcdef"
STAMP = f"{MARKER}.3"
HTML = "page h1 h2 h3 h4 h5 h6 p br hr strong em del code a blockquote ul ol li table tbody tr th td"
OWN = "structured-macro parameter plain-text-body task-list task task-id task-status task-body image"
KNOWN = {*HTML.split(), *(f"{AC}{one}" for one in OWN.split()), f"{RI}attachment"}


def _page(markdown: str, *, has_picture: bool = False) -> ElementTree.Element:
    value = storage(markdown, STAMP, has_picture=has_picture)
    assert stamp_in(value, MARKER) == STAMP
    return ElementTree.fromstring(f"<page {NAMESPACES}>{value}</page>")


def _inner(markdown: str, **options: bool) -> str:
    value = storage(markdown, STAMP, **options)
    return value.partition("<hr/><p><em>Published")[0]


@pytest.mark.parametrize(
    ("markdown", "written"),
    [
        ("## What *happened*", "<h2>What <em>happened</em></h2>"),
        ("a **b** ~~c~~ `d<e`", "<p>a <strong>b</strong> <del>c</del> <code>d&lt;e</code></p>"),
        ("[14:02](https://a.b/?x=1&y=2)", '<p><a href="https://a.b/?x=1&amp;y=2">14:02</a></p>'),
        (
            "see https://a.b/c_(d), or (https://a.b).",
            '<p>see <a href="https://a.b/c_(d)">https://a.b/c_(d)</a>, or (<a href="https://a.b">https://a.b</a>).</p>',
        ),
        ("[x](ftp://a.b)", "<p>x</p>"),
        ("![pic](https://a.b/p.png)", '<p><a href="https://a.b/p.png">pic</a></p>'),
        ("one  \ntwo", "<p>one<br/>two</p>"),
        ("- a\n  - b\n- c", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>"),
        ("1. a\n2. b", "<ol><li><p>a</p></li><li><p>b</p></li></ol>"),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        (":fire: std::fire::x", "<p>\N{FIRE} std::fire::x</p>"),
        ("<b>x</b> <ac:link />", "<p>&lt;b&gt;x&lt;/b&gt; &lt;ac:link /&gt;</p>"),
        (
            "| At | What |\n|---|---|\n| 14:02 | a<br>b \\| c |",
            "<table><tbody><tr><th><p>At</p></th><th><p>What</p></th></tr>"
            "<tr><td><p>14:02</p></td><td><p>a<br/>b | c</p></td></tr></tbody></table>",
        ),
    ],
)
def test_markdown_is_written_as_it_reads(markdown: str, written: str) -> None:
    assert _inner(markdown) == written


def test_ticked_and_open_items_are_tasks() -> None:
    page = _page("- [x] Add **an** index\n- [ ] Tell Ana\n\n## Later\n\n- [ ] Third")

    tasks = page.findall(f".//{AC}task")
    told = [[child.text or "" for child in task][:2] for task in tasks]
    assert told == [["1", "complete"], ["2", "incomplete"], ["3", "incomplete"]]
    assert ["".join(task[2].itertext()) for task in tasks] == ["Add an index", "Tell Ana", "Third"]


def test_items_that_hold_more_than_a_line_stay_items() -> None:
    assert _inner("- [x] a\n\n  b\n- c") == "<ul><li><p>☑︎ a</p><p>b</p></li><li><p>c</p></li></ul>"


def test_code_is_kept_letter_by_letter() -> None:
    code = "if a[b[0]]> 1 && c:\n\n    <tag> {macro} &amp;"
    page = _page(f"```\n{code}\n```")

    (body,) = page.iter(f"{AC}plain-text-body")
    assert body.text == code


def test_the_picture_is_shown_where_the_text_shows_it() -> None:
    markdown = '![5 events, "14:02" to 15:00](timeline.png)'

    (image,) = _page(markdown, has_picture=True).iter(f"{AC}image")
    assert image.get(f"{AC}alt") == '5 events, "14:02" to 15:00'
    assert [one.get(f"{RI}filename") for one in image] == ["timeline.png"]
    assert list(_page(markdown).iter(f"{AC}image")) == []


@given(MARKDOWN)
def test_whatever_people_write_it_is_xml_of_known_elements(markdown: str) -> None:
    page = _page(markdown, has_picture=True)

    assert {one.tag for one in page.iter()} <= KNOWN
    names = {one.get(f"{AC}name") for one in page.iter(f"{AC}structured-macro")}
    assert names <= {"code", "anchor"}
    for link in page.iter("a"):
        assert str(link.get("href")).lower().startswith(("http://", "https://", "mailto:"))
    anchors = [one for one in page.iter(f"{AC}structured-macro") if one.get(f"{AC}name") == "anchor"]
    assert len(anchors) == 1
    assert "".join(page.itertext()).count(FOOTER) >= 1


@given(st.sampled_from(HOSTILE))
def test_a_hostile_line_is_shown_as_it_was_typed(line: str) -> None:
    page = _page(f"```\n{line}\n```\n\n`{line}`")

    (body,) = page.iter(f"{AC}plain-text-body")
    assert body.text == line.translate(dict.fromkeys(map(ord, "\x00\x0b\ufffe")))  # no characters of XML


def test_styles_within_styles_without_end_are_shown_as_typed() -> None:
    deep = "**a *b " * 400 + "c" + "* **" * 400

    assert ("".join(_page(deep).itertext())).count("a") >= 400
