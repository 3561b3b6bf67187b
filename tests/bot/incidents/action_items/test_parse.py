"""`@who by friday p1 prevent: text, done when …` is read as it is meant, or refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.action_items import ActionItemDetails, ActionItemUnreadable, parse
from bot.incidents.errors import ScribeError

TODAY = date(2026, 11, 18)
FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Add an index", ActionItemDetails("Add an index")),
        ("<@U1|ana> by friday: Add an index", ActionItemDetails("Add an index", "U1", FRIDAY)),
        ("<@U1> by friday Add an index", ActionItemDetails("Add an index", "U1", FRIDAY)),
        (
            "by friday <@U1> p1 prevent: Add an index",
            ActionItemDetails("Add an index", "U1", FRIDAY, "p1", "prevent"),
        ),
        ("p2 Add an index", ActionItemDetails("Add an index", priority="p2")),
        ("<@U1> p1 prevent", ActionItemDetails("", "U1", None, "p1", "prevent")),
        ("prevent the next one", ActionItemDetails("prevent the next one")),
        ("high: Add an index", ActionItemDetails("Add an index", priority="high")),
        ("Tell <@U2> about it", ActionItemDetails("Tell <@U2> about it")),
        (
            "Add an index, done when p99 &lt; 1 s for a week.",
            ActionItemDetails("Add an index", done_when="p99 &lt; 1 s for a week"),
        ),
        (
            "Fix <https://jira.test/A-1?a=1&amp;b=2|A-1>",
            ActionItemDetails(
                "Fix <https://jira.test/A-1?a=1&amp;b=2|A-1>", ticket_url="https://jira.test/A-1?a=1&b=2"
            ),
        ),
        (
            "<https://jira.test/A-1> first",
            ActionItemDetails("<https://jira.test/A-1> first", ticket_url="https://jira.test/A-1"),
        ),
        ("<@U1> by friday", ActionItemDetails("", "U1", FRIDAY)),
        ("Add an index done when: p99 is low", ActionItemDetails("Add an index", done_when="p99 is low")),
        (
            "Fix https://jira.test/A-1, then rest.",
            ActionItemDetails("Fix https://jira.test/A-1, then rest.", ticket_url="https://jira.test/A-1"),
        ),
        ("", ActionItemDetails()),
    ],
)
def test_what_is_said_is_read(text: str, said: ActionItemDetails) -> None:
    assert parse(text, TODAY) == said


@pytest.mark.parametrize(
    "text", ["the team: Add an index", "<@U1> <@U2>: Both", "by friday by monday: Twice"]
)
def test_what_is_no_attribute_before_a_colon_is_refused(text: str) -> None:
    with pytest.raises(ActionItemUnreadable, match="For example"):
        parse(text, TODAY)


@given(st.text(max_size=80))
def test_no_word_is_lost(text: str) -> None:
    try:
        said = parse(text, TODAY)
    except ScribeError:
        return
    if said.owner_id or said.due_on or said.priority or said.kind or said.done_when:
        return
    assert said.text.split() == text.strip().lstrip(":").split() or ":" in text


def test_a_text_with_a_colon_of_its_own_begins_with_one() -> None:
    with pytest.raises(ActionItemUnreadable, match="begins with one"):
        parse("Update the runbook: step 3 is wrong", TODAY)

    assert parse(": Update the runbook: step 3 is wrong", TODAY) == ActionItemDetails(
        "Update the runbook: step 3 is wrong"
    )


def test_somebody_slack_did_not_name_is_asked_about() -> None:
    with pytest.raises(ActionItemUnreadable, match="who `@bob` is"):
        parse("@bob add an index", TODAY)


def test_what_is_refused_pings_nobody() -> None:
    with pytest.raises(ActionItemUnreadable) as refused:
        parse("<!channel>: Add an index", TODAY)

    assert "<!" not in refused.value.sentence


def test_a_text_too_long_to_keep_is_refused_and_not_cut() -> None:
    assert len(parse("x" * 3000, TODAY).text) == 3000
    with pytest.raises(ActionItemUnreadable, match="3000"):
        parse("x" * 3001, TODAY)
