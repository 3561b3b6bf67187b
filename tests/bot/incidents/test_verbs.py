"""An unknown word is answered with the nearest known one and an example that works."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents import verbs

EXAMPLES = {
    "start": "/incident start Checkout is down",
    "list": "/incident list",
    "show": "/incident show INC-7",
}


@pytest.mark.parametrize(
    ("said", "nearest"),
    [("strat", "start"), ("starts", "start"), ("lst", "list"), ("shwo", "show"), ("sstaart", "start")],
)
def test_the_nearest_verb_is_offered_with_its_example(said: str, nearest: str) -> None:
    sentence = verbs.unknown(said, "/incident", EXAMPLES).sentence

    assert sentence == (
        f"I don't know `/incident {said}`. Did you mean `/incident {nearest}`? "
        f"For example: `{EXAMPLES[nearest]}`."
    )


@pytest.mark.parametrize(
    "said",
    ["障害", "frobnicate", "banana", "cat", "ls", "art", "shout", "x", "checkout", "state", "stats", "least"],
)
def test_a_word_near_to_nothing_is_no_typing_mistake(said: str) -> None:
    sentence = verbs.unknown(said, "/incident", EXAMPLES).sentence

    assert "Did you mean" not in sentence
    assert "`/incident help` says what there is. For example: `/incident start " in sentence


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [
        ("", "", 0),
        ("list", "list", 0),
        ("lst", "list", 1),
        ("shwo", "show", 1),
        ("zone", "done", 1),
        ("ca", "abc", 3),
        ("sitting", "kitten", 3),
        ("", "abc", 3),
    ],
)
def test_typing_mistakes_are_counted(one: str, other: str, mistakes: int) -> None:
    assert verbs.distance(one, other) == verbs.distance(other, one) == mistakes


@pytest.mark.parametrize("text", ["Shop is down", "Last deploy broke it", "Slow and broken"])
def test_a_short_word_that_begins_a_sentence_is_no_typing_mistake(text: str) -> None:
    assert verbs.unknown(text.split()[0].lower(), "/incident", EXAMPLES, text).nearest is None


def test_a_typing_mistake_with_what_it_is_about_is_one() -> None:
    assert verbs.unknown("shwo", "/incident", EXAMPLES, "shwo INC-7").nearest == "show"
    assert verbs.unknown("ad", "/timeline", {"add": "/timeline add x"}, "ad 14:05 x").nearest == "add"


def test_a_long_word_is_cut() -> None:
    sentence = verbs.unknown("x" * 5000, "/incident", EXAMPLES).sentence

    assert "x" * 40 + "…`" in sentence
    assert len(sentence) < 250


@given(st.text(max_size=60))
def test_whatever_was_said_cannot_leave_its_code(said: str) -> None:
    sentence = verbs.unknown(said, "/incident", EXAMPLES).sentence

    assert sentence.count("`") == 6
