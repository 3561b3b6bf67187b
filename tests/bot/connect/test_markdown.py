"""A ticket shows what people typed as they typed it: it mentions nobody, closes nothing, and is no markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.connect.markdown import APART, body_of, comment, title_of
from bot.incidents.tickets.contract import Fact, NewTicket

MARKER = "0" * 32


def _new(text: str, title: str = "A title", *facts: Fact) -> NewTicket:
    return NewTicket(MARKER, "acme/shop", datetime(2026, 1, 1, tzinfo=UTC), title, text, facts)


def test_nobody_is_mentioned_and_nothing_referred_to() -> None:
    body = body_of(_new("@octocat, see #12, !3, ~bug and ana@example.com\n/close", "@team #1"))

    assert not re.search(r"(?<![\w])[@#!~](?=\w)", body.replace(comment(MARKER), "").replace("\\", ""))
    assert "ana@example\\.com" in body
    assert f"{APART}/close" in body
    assert title_of(_new("", "@team #1")) == f"@{APART}team #{APART}1"


def test_an_address_stays_one_and_a_fact_may_be_a_link() -> None:
    body = body_of(
        _new("See https://example.com/a_b_c.", "", Fact("Incident", "INC-7: a [b]", "https://x/y"))
    )

    assert "https://example.com/a_b_c" in body
    assert "- **Incident:** [INC\\-7: a \\[b\\]](<https://x/y>)" in body


@given(st.text(alphabet=st.sampled_from("ab1 @#*_`[]()<>!-+.\\|~&\n/"), max_size=60))
def test_what_was_typed_is_read_again_as_typed(text: str) -> None:
    told = body_of(_new(text)).partition("Filed by Scribe")[0]
    tokens = MarkdownIt("commonmark").parse(told)

    kinds = {one.type for one in tokens} | {child.type for one in tokens for child in one.children or []}
    allowed = {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
        "softbreak",
        "hardbreak",
    }
    assert kinds <= allowed


def test_the_marker_is_seen_by_nobody() -> None:
    assert comment(MARKER) in body_of(_new("x"))
    assert MARKER not in re.sub(r"<!--.*?-->", "", body_of(_new("x")))
