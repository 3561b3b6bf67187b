"""A star stands for anything, and nothing else stands for anything but itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.wildcard import is_like, is_said_in

LETTERS = st.text("ab .[", max_size=12)


@pytest.mark.parametrize(
    ("text", "pattern", "is_it"),
    [
        ("checkout", "checkout", True),
        ("Checkout", "CHECK*", True),
        ("checkout-eu", "checkout", False),
        ("eu-checkout-1", "*checkout*", True),
        ("aba", "ab*ba", False),
        ("abxba", "ab*ba", True),
        ("", "*", True),
        ("web-1", "web-?", False),
        ("Deployed  checkout\nto prod", "deployed * to prod", True),
        ("deployedcheckout to prod", "deployed * to prod", False),
    ],
)
def test_a_pattern_is_of_the_whole_text(text: str, pattern: str, is_it: bool) -> None:
    assert is_like(text, pattern) is is_it


def test_a_message_says_it_somewhere() -> None:
    assert is_said_in(":rocket: Deployed checkout v42 to production by ana", "deployed * to production")
    assert not is_said_in("Deploying checkout", "deployed")


@given(st.lists(LETTERS, min_size=1, max_size=4), LETTERS)
def test_it_says_what_an_expression_of_the_same_meaning_says(parts: list[str], text: str) -> None:
    tidy = [" ".join(part.split()) for part in parts]
    said = " ".join(text.split())
    expression = ".*".join(re.escape(part) for part in tidy)

    assert is_like(said, "*".join(tidy)) is bool(re.fullmatch(expression, said))


def test_what_is_long_takes_no_time() -> None:
    assert not is_like("a" * 40_000, "a*" * 90 + "b")
