"""Whatever people type: each rendering is valid for its target, keeps its shape, and shows every word."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.postmortem.document import Document, Written
from bot.postmortem.render import canvas, html, json_document, markdown_file
from bot.postmortem.render import written as rendered_written
from bot.postmortem.render.thread_parts import MAX_CHARACTERS
from sandbox import canvas_markdown
from tests.bot.postmortem.documents import DOCUMENTS, TYPED
from tests.bot.postmortem.gallery import gallery
from tests.bot.postmortem.shown import (
    MARKDOWN,
    Page,
    alphanumeric,
    atoms,
    in_markdown,
    in_thread,
    squeezed,
    thread_texts,
)
from tests.sampling import tries

EXAMPLES = settings(max_examples=tries(150), deadline=None)


def assert_whole(document: Document, shown: str) -> None:
    """Every text of the draft is in what is shown."""
    found, bare = squeezed(shown), alphanumeric(shown)
    for text in atoms(document):
        # a control character that goes may leave what looks like a part of an address
        assert squeezed(text) in found or alphanumeric(text) in bare, text


def assert_shape(document: Document, source: str, *, titled: bool) -> None:
    """The headings of the first two levels are the title and the sections, and nothing is HTML."""
    tokens = MARKDOWN.parse(source)
    counts = Counter(token.tag for token in tokens if token.type == "heading_open")
    assert counts["h1"] == titled
    assert counts["h2"] == len(document.sections)
    assert set(counts) <= {"h1", "h2", "h3"}
    inline = [child for token in tokens for child in token.children or ()]
    assert all(token.type != "html_block" for token in tokens)
    assert all(re.fullmatch("<br ?/?>", child.content) for child in inline if child.type == "html_inline")


@pytest.mark.parametrize("tables", [True, False])
@EXAMPLES
@given(document=DOCUMENTS)
def test_a_canvas_takes_every_draft_and_shows_it_whole(tables: bool, document: Document) -> None:
    source = canvas.render(document, tables=tables, with_title=True, chart_url=None)

    assert canvas_markdown.problem(source) is None
    assert_shape(document, source, titled=True)
    assert_whole(document, in_markdown(source))


@EXAMPLES
@given(document=DOCUMENTS)
def test_in_plain_paragraphs_a_canvas_shows_it_whole_too(document: Document) -> None:
    sections = canvas.render_sections(document, tables=False, is_plain=True)
    source = canvas.joined(section.markdown for section in sections)

    assert canvas_markdown.problem(source) is None
    assert_whole(document, f"{document.title} {in_markdown(source)}")


@EXAMPLES
@given(document=DOCUMENTS)
def test_a_markdown_file_keeps_its_shape_and_shows_it_whole(document: Document) -> None:
    source = markdown_file.render(document)

    assert_shape(document, source, titled=True)
    assert_whole(document, in_markdown(source))


@EXAMPLES
@given(document=DOCUMENTS)
def test_a_thread_fits_pings_nobody_and_shows_it_whole(document: Document) -> None:
    messages = thread_texts(document)

    for message in messages:
        assert 0 < len(message) <= MAX_CHARACTERS
        assert not re.search(r"&(?!(?:amp|lt|gt);)", message)
        links = r"<(?:https?://|javascript:|data:|x%20y)[^<>|\s]*(?:\|[^<>]+)?>"
        assert not re.search(r"[<>]", re.sub(links, "", message))
    assert_whole(document, in_thread(messages))


@EXAMPLES
@given(document=DOCUMENTS)
def test_a_page_is_made_of_our_elements_alone_and_shows_it_whole(document: Document) -> None:
    page = Page(html.render(document))

    assert page.counts["h1"] == 1
    assert page.counts.get("h2", 0) == len(document.sections)
    assert_whole(document, page.text)


@settings(max_examples=tries(600), deadline=None)
@example("> \n    > ")
@given(TYPED)
def test_what_people_wrote_is_rendered_the_same_once_it_was_rendered(text: str) -> None:
    for render in (rendered_written.for_canvas, rendered_written.for_file):
        once = render(text)
        assert render(once) == once


@settings(max_examples=tries(600), deadline=None)
@given(st.lists(TYPED, max_size=3).map("\n".join))
def test_what_people_wrote_fits_a_canvas(text: str) -> None:
    assert canvas_markdown.problem(f"## A\n\n{rendered_written.for_canvas(text)}\n\n## B\n") is None


@pytest.mark.parametrize(
    ("typed", "in_canvas"),
    [
        ("Just *words*.\n\n- [x] done\n- [ ] open", "Just *words*.\n\n- [x] done\n- [ ] open"),
        ("# One\n## Two\nThree\n===", "### One\n### Two\n### Three"),
        ("#### Four", "### Four"),
        ("```sh\nls", "```sh\nls\n```"),
        ("a <!-- b", r"a \<!-- b"),
        ("`<b>` <https://x.test>", "`<b>` <https://x.test>"),
        ("[note]: see there", r"\[note]: see there"),
        ("text\n\n- a\n  1. b", "text\n\n\n\\- a\n\n1\\. b"),
        ("> # a", "\\> # a"),
        ("    code", "```\ncode\n```"),
        ("- |\n---", "\\- |\n\n\\---"),
    ],
)
def test_people_s_markdown_stays_unless_it_would_break_the_canvas(typed: str, in_canvas: str) -> None:
    assert rendered_written.for_canvas(typed) == in_canvas


def test_every_renderer_shows_every_word_of_every_block() -> None:
    document = gallery()
    assert_whole(document, in_markdown(canvas.render(document, with_title=True)))
    assert_whole(document, in_markdown(markdown_file.render(document)))
    assert_whole(document, in_thread(thread_texts(document)))
    assert_whole(document, Page(html.render(document)).text)
    assert_whole(document, json_document.render(document).replace("\\n", "\n"))
    assert any(isinstance(block, Written) for section in document.sections for block in section.blocks)
