"""Buttons as Slack sends them: what they carry comes back whole, and what they cannot carry does nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.vocabulary import MilestoneKind
from bot.slack.blocks import review
from bot.slack.blocks.action_item_list import DONE_ACTION, REOPEN_ACTION, ItemRef
from bot.slack.blocks.carried import OutOfDate, packed, subject_in, unpacked
from bot.slack.blocks.review import Requested
from bot.slack.blocks.suggestion import NO_ACTION, YES_ACTION, Offer
from storage.postmortem_tables import ActionItem
from storage.tables import Dismissal, Milestone
from tests.bot.listeners.conftest import ANA, Doors

AT = datetime(2023, 9, 10, 14, 5, tzinfo=UTC)
OFFER = Offer(MilestoneKind.DETECTED, AT, "suggestion:detected:C0OPS:1.1", "C0OPS", "1694354700.000100")
OLD_VALUES = [
    "1",
    "1:2",
    "1:2:3",
    "1|U0ANA",
    "1|some-note",
    "[]",
    "[1]",
    "null",
    "",
    "{}",
    "[2,1,{}]",
    "[1,true,{}]",
]
"""What buttons of other versions carried, and what nobody should."""


async def test_an_item_is_ticked_once_and_opened_again(doors: Doors) -> None:
    await doors.command("/incident", "task add Add an index")

    await doors.press(DONE_ACTION, packed(1, ItemRef(1, 1)))
    (item,) = await doors.rows(ActionItem)
    assert (item.state, item.closed_by) == ("done", ANA)

    await doors.press(REOPEN_ACTION, packed(1, ItemRef(1)))
    (item,) = await doors.rows(ActionItem)
    assert (item.state, item.closed_by) == ("open", None)


async def test_yes_states_the_milestone_that_was_offered(doors: Doors) -> None:
    await doors.press(YES_ACTION, packed(1, OFFER))

    (milestone,) = await doors.rows(Milestone)
    assert (milestone.kind, milestone.at, milestone.stated_by) == ("detected", AT, ANA)
    assert (milestone.channel_id, milestone.message_ts) == ("C0OPS", "1694354700.000100")


async def test_no_puts_the_suggestion_away_for_good(doors: Doors) -> None:
    await doors.press(NO_ACTION, packed(1, OFFER))

    assert await doors.rows(Milestone) == []
    assert [one.key for one in await doors.rows(Dismissal)] == [OFFER.key]


@pytest.mark.parametrize("value", OLD_VALUES)
@pytest.mark.parametrize(
    "action_id",
    [
        DONE_ACTION,
        YES_ACTION,
        NO_ACTION,
        review.REVIEWED_ACTION,
        "postmortem_snooze_day",
        "import_here",
    ],
)
async def test_what_cannot_be_read_is_acknowledged_and_does_nothing(
    doors: Doors, action_id: str, value: str
) -> None:
    await doors.command("/incident", "task add Add an index")

    answered = await doors.press(action_id, value)

    assert answered.status == 200
    (item,) = await doors.rows(ActionItem)
    assert item.state == "open"
    assert await doors.rows(Milestone) == []


@pytest.mark.parametrize("value", OLD_VALUES)
def test_what_another_version_carried_is_out_of_date(value: str) -> None:
    with pytest.raises(OutOfDate):
        subject_in(value, ItemRef)


@given(st.integers(1, 10**9) | st.none(), st.text(max_size=200))
def test_whatever_is_carried_comes_back(number: int | None, words: str) -> None:
    try:
        words.encode()
    except UnicodeEncodeError:
        return  # Slack's JSON holds no half of a character

    assert unpacked(packed(number, Requested(words)), Requested) == (number, Requested(words))


@given(st.text(max_size=200))
def test_no_value_at_all_is_read_as_something_else(value: str) -> None:
    with pytest.raises(OutOfDate):
        subject_in(value, ItemRef)
