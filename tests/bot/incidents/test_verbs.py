"""An unknown word is answered with the nearest known one and an example that works."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents import verbs
from bot.listeners.commands import incident, postmortem, timeline

EXAMPLES = {
    "start": "/incident start Checkout is down",
    "list": "/incident list",
    "show": "/incident show INC-7",
}


@pytest.mark.parametrize(
    ("said", "nearest"),
    [("strat", "start"), ("starts", "start"), ("lst", "list"), ("shwo", "show"), ("ls", "list")],
)
def test_the_nearest_verb_is_offered_with_its_example(said: str, nearest: str) -> None:
    sentence = verbs.unknown(said, "/incident", EXAMPLES).sentence

    assert sentence == (
        f"I don't know `/incident {said}`. Did you mean `/incident {nearest}`? "
        f"For example: `{EXAMPLES[nearest]}`."
    )


def test_a_word_near_to_nothing_is_offered_something_that_works() -> None:
    sentence = verbs.unknown("障害", "/incident", EXAMPLES).sentence

    assert "For example: `/incident " in sentence


def test_a_long_word_is_cut() -> None:
    sentence = verbs.unknown("x" * 5000, "/incident", EXAMPLES).sentence

    assert "x" * 40 + "…`" in sentence
    assert len(sentence) < 250


@given(st.text(max_size=60))
def test_whatever_was_said_cannot_leave_its_code(said: str) -> None:
    sentence = verbs.unknown(said, "/incident", EXAMPLES).sentence

    assert sentence.count("`") == 6


@pytest.mark.parametrize(
    ("command", "examples"),
    [
        ("/incident", {word: verb.example for word, verb in incident.VERBS.items()}),
        ("/timeline", timeline.EXAMPLES),
        ("/postmortem", {word: verb.example for word, verb in postmortem.VERBS.items()}),
    ],
)
def test_every_example_uses_the_verb_it_is_an_example_of(command: str, examples: dict[str, str]) -> None:
    for verb, example in examples.items():
        assert example.split()[0] == command
        assert not verb or example.split()[1] == verb
