"""What programs send becomes one line of Slack text that does nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.mrkdwn import KnownNames, inert_line, plain
from bot.text.of_programs import LONGEST_ID, inert_words, one_line, short_id, web_address

MARKED = st.lists(st.sampled_from([*"*_~`<>|@&\n .-", "a", "bc", "<!channel>"]), max_size=30).map("".join)


@example(text="<!channel> *Checkout* fails _for_ ~nobody~")
@given(text=st.text(max_size=200) | MARKED)
def test_it_is_shown_as_it_was_sent(text: str) -> None:
    words = inert_words(text, 300)
    shown = plain(words, KnownNames()).replace("\u200b", "")

    assert shown == " ".join(one_line(text, 300).replace("`", "'").replace("\u200b", "").split())
    assert "<" not in words
    assert inert_line(words, KnownNames()).replace("\u200b", "") == words.replace("\u200b", "").strip()


def test_marks_of_styles_are_kept_apart() -> None:
    assert "*bold*" not in inert_words("a *bold* word", 100)
    assert "_and_" not in inert_words("this _and_ that", 100)


def test_it_is_cut() -> None:
    assert one_line("a" * 300, 10) == "aaaaaaaaa…"


@pytest.mark.parametrize(
    "address",
    ["http://a.b/c?d=e#f", "https://grafana.example.com:3000/x", "http://10.0.0.1:9090/graph?g0.expr=a%3Eb"],
)
def test_a_pages_address_is_kept(address: str) -> None:
    assert web_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "ftp://a.b",
        "http://",
        "https://user:pw@a.b",
        "http://a.b/<x>",
        "http://a b",
        "http://a|b",
        "http://[::1",
        "http://a:99999",
        "http://a.b/" + "x" * 3000,
    ],
)
def test_anything_else_is_no_page(address: str) -> None:
    assert web_address(address) is None


def test_a_long_id_keeps_apart_from_others() -> None:
    one, other = "a" * 5000, "a" * 4999 + "b"

    assert short_id(one) != short_id(other)
    assert len(short_id(one)) <= LONGEST_ID
    assert short_id("a\x00b") != short_id("ab")
    short_id("\ud800").encode()
