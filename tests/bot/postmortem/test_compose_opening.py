"""The first screen of a draft: what broke, who was hurt, for how long, why, what ended it, what is next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.postmortem.compose.opening import in_short, opening
from bot.postmortem.compose.words import first_sentence
from bot.postmortem.document import Bullets
from bot.postmortem.facts import ActionItem, Facts, Milestone
from bot.text.mrkdwn import KnownNames, read
from bot.text.prose import Code, Paragraph, Text, plain_text
from storage.vocabulary import ActionItemState, Basis, MarkSection
from tests.bot.postmortem.conftest import said
from tests.bot.postmortem.full import filled

READ = partial(read, names=KnownNames())


def line(facts: Facts) -> str:
    return plain_text(opening(facts, READ)[:1])  # type: ignore[arg-type]


def short(facts: Facts) -> dict[str, str]:
    return {remark.label: plain_text(remark.words) for remark in in_short(facts, READ)}


def test_one_line_says_how_grave_when_how_long_and_whose(facts: Facts) -> None:
    assert line(facts) == "SEV2 · 2023-09-10 14:00–15:30 UTC · 1 h 30 min · resolved"
    assert line(filled(facts)) == "SEV2 · 2023-09-10 14:00–15:30 UTC · 1 h 30 min · resolved · owner Ana"
    over_night = Milestone(datetime(2023, 9, 11, 1, 5, tzinfo=UTC), Basis.OBSERVED)
    assert line(replace(facts, severity=None, resolved=over_night)) == (
        "2023-09-10 14:00 UTC – 2023-09-11 01:05 UTC · 11 h 5 min · resolved"
    )
    still = replace(facts, resolved=None, status="open", started=None)
    assert line(still) == "SEV2 · since 2023-09-10 14:20 UTC · open"


def test_a_contradiction_gives_no_length(facts: Facts) -> None:
    assert facts.started
    early = Milestone(facts.started.at - timedelta(minutes=1), Basis.STATED)
    assert line(replace(facts, resolved=early)) == "SEV2 · 2023-09-10 13:59 UTC · resolved"


def test_in_short_holds_the_first_sentence_of_each_with_its_link(facts: Facts) -> None:
    full = filled(facts)
    assert short(full) == {
        "Impact": "About 4% of carts could not be paid.",
        "Cause": "Query without an index:",
        "Ended by": "Rolled back.",
        "Next": "Write a load test",
    }
    for remark in in_short(full, READ):
        assert remark.evidence is not None
        assert remark.evidence.permalink is not None
    remarks = opening(full, READ)[1]
    assert isinstance(remarks, Bullets)
    assert plain_text(opening(full, READ)[2:]) == "2 action items, 1 done, 1 without an owner"  # type: ignore[arg-type]


def test_only_what_is_on_the_record_is_named(facts: Facts) -> None:
    bare = replace(facts, marked={}, conclusion=None, concluded_by=None)
    assert short(bare) == {}
    assert len(opening(bare, READ)) == 1
    assert short(replace(facts, marked={})) == {"Ended by": "Rolled back, all well."}


def test_an_impact_with_a_number_comes_before_one_without(facts: Facts) -> None:
    vague = said("Users complain, see <https://acme.test/4>.", "Ana", "14:10")
    gone = said("All of 12 shops are down.", "Ana", "14:11", is_deleted=True)
    counted = said("3 shops are down.", "Ana", "14:12")
    assert short(replace(facts, marked={MarkSection.IMPACT: (vague, gone, counted)})) == {
        "Impact": "3 shops are down.",
        "Ended by": "Rolled back, all well.",
    }


@pytest.mark.parametrize(
    ("items", "counted"),
    [
        ([("open", "Ana")], "1 action item"),
        ([("open", None), ("open", "Ana"), ("done", None)], "3 action items, 1 done, 1 without an owner"),
        ([("done", "Ana"), ("done", None)], "2 action items, all done"),
        ([("dropped", None), ("open", None)], "1 action item, 1 without an owner"),
    ],
)
def test_action_items_are_counted(facts: Facts, items: list[tuple[str, str | None]], counted: str) -> None:
    action_items = tuple(
        ActionItem(number, said("Do it", "Ana", "15:30"), ActionItemState(state), owner)
        for number, (state, owner) in enumerate(items, start=1)
    )
    assert plain_text(opening(replace(facts, action_items=action_items), READ)[-1:]) == counted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It broke. Then it was mended.", "It broke."),
        ("About 4.5% of carts, i.e. 300, failed! Ouch.", "About 4.5% of carts, i.e. 300, failed!"),
        ("No end", "No end"),
        ("First line\nsecond line.", "First line"),
        ('He said "stop." Then went.', 'He said "stop."'),
        ("See v1.2.3 of x. Done.", "See v1.2.3 of x. Done."),
        ("Really?! Yes.", "Really?!"),
        ("*It broke.* Then it was mended.", "It broke."),
        ("It *really* broke. Then it was mended.", "It really broke."),
        ("", ""),
    ],
)
def test_the_first_sentence_is_whole(text: str, first: str) -> None:
    assert plain_text(first_sentence(READ(text))) == first


def test_a_sentence_does_not_end_within_code() -> None:
    words = (Paragraph((Text("We ran "), Code("a. b"), Text(" twice. It helped."))),)
    assert plain_text(first_sentence(words)) == "We ran a. b twice."
