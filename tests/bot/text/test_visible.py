"""What shows nothing is no word, in whatever way it is blank."""

from __future__ import annotations

import pytest

from bot.text.visible import visible, without_unseen_end

BLANK = [
    "",
    " ",
    "\u200b",
    "\u200b \ufeff\u2060",
    "\u00ad",
    "\u202e\u202c",
    "\u3164",
    "\u2800\u115f",
    "\ufe0f\u0301",
]


@pytest.mark.parametrize("text", BLANK)
def test_what_shows_nothing_is_empty(text: str) -> None:
    assert visible(text) == ""
    assert without_unseen_end(text) == ""
    assert without_unseen_end(f"start {text}".rstrip()) == "start"


@pytest.mark.parametrize(
    "text", ["a", "-", "שלום\u200f", "नमस्ते", "👩\u200d👩\u200d👧", "❤\ufe0f", "\u200bx", "…", "한글"]
)
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert without_unseen_end(f"start {text}") == f"start {text}"
