"""Where in what somebody says an incident's number counts, and where it is prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.which import Named, anywhere, first, first_or_last, nowhere


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("INC-1", Named(1, "")),
        ("INC-1 Rolled back", Named(1, "Rolled back")),
        ("inc-12: Rolled back", Named(12, "Rolled back")),
        ("INC 3 Rolled back", Named(3, "Rolled back")),
        ("Inc–4 — Rolled back", Named(4, "Rolled back")),
        ("inc5, it was DNS", Named(5, "it was DNS")),
        ("INC-007", Named(7, "")),
    ],
)
def test_at_the_beginning_a_number_always_counts(said: str, named: Named) -> None:
    assert first(said) == named


@pytest.mark.parametrize(
    "said",
    [
        "",
        "3 pods restarted",
        "same cause as INC-1",
        "INC-1's root cause again",
        "INC-1/INC-2 overlap",
        "incident 3 was the cause",
        "inc-2023-checkout is archived",
        "include 5 hosts",
        "INC- 1",
        "14:05 Rolled back like in INC-1",
        "Rolled back INC-1",
    ],
)
def test_a_conclusion_or_an_events_text_is_prose(said: str) -> None:
    assert first(said) == Named(None, said)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Add an index INC-1", Named(1, "Add an index")),
        ("INC-1 Add an index", Named(1, "Add an index")),
        ("<@U1> by friday: Add an index inc-1", Named(1, "<@U1> by friday: Add an index")),
        ("Do what we learned from INC-1", Named(None, "Do what we learned from INC-1")),
        ("Link the page of INC-1", Named(None, "Link the page of INC-1")),
        ("Tell them about INC-1.", Named(None, "Tell them about INC-1.")),
        ("Call Acme Inc 5", Named(None, "Call Acme Inc 5")),
        ("2", Named(None, "2")),
        ("INC-2", Named(2, "")),
        ("INC-2 as in INC-1", Named(2, "as in INC-1")),
    ],
)
def test_in_an_action_item_a_number_at_the_end_counts_unless_the_sentence_leads_to_it(
    said: str, named: Named
) -> None:
    assert first_or_last(said) == named


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("sev2 INC-1", Named(1, "sev2")),
        ("detected INC-1 14:15", Named(1, "detected 14:15")),
        ("<@U1> INC-1 <@U2>", Named(1, "<@U1> <@U2>")),
        ("commander <@U1> inc 9", Named(9, "commander <@U1>")),
        ("2", Named(None, "2")),
        ("sre", Named(None, "sre")),
        ("#inc-20230910-checkout", Named(None, "#inc-20230910-checkout")),
    ],
)
def test_where_there_is_no_prose_a_number_counts_anywhere(said: str, named: Named) -> None:
    assert anywhere(said) == named


def test_what_is_searched_for_is_never_a_number() -> None:
    assert nowhere("INC-1 pool") == Named(None, "INC-1 pool")


@given(st.text(), st.integers(0, 999_999_999), st.sampled_from(["INC-", "inc-", "Inc "]))
def test_any_words_follow_a_number(text: str, number: int, form: str) -> None:
    said = f"{form}{number} {text}"

    assert first(said).number == number
    assert first(said).text in said


@given(st.text(alphabet=st.characters(exclude_characters="iI")))
def test_without_the_form_inc_n_nothing_is_named(text: str) -> None:
    for reading in (first, first_or_last, anywhere):
        assert reading(text) == Named(None, text)
