"""Words for people outside hold no names, mentions, ids and links into the workspace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.for_outside import in_plain_words, not_for_outside
from bot.text.person_names import as_spoken

NAMES = as_spoken(["Ana Ferreira", "Will Smith", "Bo"])
MENTIONS = ["<@U123ABC45>", "<#C1|ops>", "<!here>", "@channel", "Ana", "Ferreira", "U0123ABCD", "<@"]
OTHERS = ["slow", "&lt;b&gt;", "*bold*", "<https://acme.slack.com/p1|this>", "https://acme.slack.com/x"]
WORDS = st.sampled_from([*MENTIONS, *OTHERS])


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        ("<@U123ABC45|ana> and Ana Ferreira saw it", "a colleague and a colleague saw it"),
        ("Ask Ana, in <#C0WEB|web>", "Ask a colleague, in a channel"),
        ("<!here> it is *slow* &amp; odd", "it is slow & odd"),
        ("see <https://acme.slack.com/archives/C1/p1|this>", "see this"),
        ("see https://grafana.example.com/d/1", "see (link)"),
        ("Will Smith will look, so will Bo", "a colleague will look, so will Bo"),
        ("@channel it is slow", "channel it is slow"),
        ("an escaped &lt;@U123ABC45&gt; too", "an escaped a colleague too"),
    ],
)
def test_what_is_proposed(said: str, proposed: str) -> None:
    assert in_plain_words(said, NAMES) == proposed


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Payments are slow; CRITICAL ones wait. Write to support@acme.example.", []),
        ("<@U123ABC45> knows", ["<@U123ABC45>", "U123ABC45"]),
        ("Ana and Ana Ferreira, Ana", ["Ana", "Ana Ferreira"]),
        (
            "@here: see acme.slack.com and https://acme.slack.com/archives/C1",
            ["@here", "https://acme.slack.com/archives/C1"],
        ),
        ("U0123ABCD, C0123ABCD, WEBSERVER", ["U0123ABCD", "C0123ABCD"]),
        ("Anastasia is no Ana-log", ["Ana"]),
    ],
)
def test_what_is_refused(words: str, found: list[str]) -> None:
    assert not_for_outside(words, NAMES) == found


@given(st.lists(WORDS, max_size=9).map(" ".join))
def test_what_is_proposed_is_never_refused(said: str) -> None:
    assert not_for_outside(in_plain_words(said, NAMES), NAMES) == []
