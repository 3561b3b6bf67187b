"""The form of a review meeting and what is said of it: see golden_review_meeting/ for all of it.

UPDATE_GOLDEN=1 writes the files anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot.incidents import review_meetings as rules
from bot.incidents.channels import Place
from bot.slack.blocks import Surface, section
from bot.slack.blocks.review_meeting import (
    Filled,
    Origin,
    Proposed,
    cancel_question,
    cancelled_shared,
    filled,
    meeting_cancelled,
    meeting_form,
    meeting_planned,
    meeting_shared,
)
from tests.bot.slack.golden_files import assert_form, assert_none_left_over, assert_surface

GOLDEN = Path(__file__).parent / "golden_review_meeting"
AT = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)
ORIGIN = Origin("C0OPS", "https://hooks.slack.com/commands/T0ACME/1/x")
FORMS = {
    "form": meeting_form(7, ORIGIN, Proposed(date(2026, 12, 3), zone="Europe/Berlin")),
    "form-empty": meeting_form(None, ORIGIN, Proposed()),
    "form-planned": meeting_form(
        7,
        ORIGIN,
        Proposed(date(2026, 12, 3), time(14, 30), "Europe/Berlin", 60, "Five <whys>", "Read it\nbefore"),
    ),
}
SAID: Mapping[str, str] = {
    "planned": meeting_planned(7, AT, 45, Place("<#C0INC>")),
    "shared": meeting_shared(7, "Review of INC-7", AT, 45, "Ana", ["Ben", "Cyd"], is_moved=False),
    "shared-alone": meeting_shared(7, "Review of INC-7", AT, 45, "Ana", [], is_moved=False),
    "shared-moved": meeting_shared(
        7, "Five *whys* <!channel>", AT, 60, "Ana <@U1>", [f"N_{n}_" for n in range(13)], is_moved=True
    ),
    "cancelled": meeting_cancelled(7, Place("<#C0INC>")),
    "shared-cancelled": cancelled_shared(7, "Review of INC-7", AT, "Ana <@U1>"),
    "error-NoMeeting": rules.NoMeeting(7).sentence,
    "error-MeetingOver": rules.MeetingOver(7).sentence,
    "error-MeetingChanged": rules.MeetingChanged(7).sentence,
    "error-NotYourMeeting": rules.NotYourMeeting(7, ["U0ANA", "U0BEN"]).sentence,
    "error-MeetingUnreadable": rules.MeetingUnreadable("I can't read `soon` as a day.").sentence,
    "error-MeetingPast": rules.MeetingPast("2026-12-01 14:00 UTC").sentence,
    "error-MeetingTooFar": rules.MeetingTooFar().sentence,
    "error-NoSuchTime": rules.NoSuchTime("2027-03-28 02:30", "Europe/Berlin").sentence,
    "error-NoPlaceForMeeting": rules.NoPlaceForMeeting(7).sentence,
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str) -> None:
    assert_surface(GOLDEN, name, Surface(SAID[name], [section(SAID[name])]))


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert_form(GOLDEN, name, FORMS[name])


def test_the_question_before_it_is_cancelled() -> None:
    assert_surface(GOLDEN, "cancel-question", cancel_question(7, AT, 2))


def test_no_file_is_left_over() -> None:
    assert_none_left_over(GOLDEN, {*SAID, *FORMS, "cancel-question"})


def test_a_submission_is_read_and_nonsense_in_it_is_nothing() -> None:
    sent = {
        "day": {"value": {"selected_date": "2026-12-03"}},
        "at": {"value": {"selected_time": "14:30"}},
        "length": {"value": {"selected_option": {"value": "60"}}},
        "title": {"value": {"value": " Five\0  whys "}},
        "note": {"value": {"value": None}},
    }
    odd = {
        "day": {"value": {"selected_date": "soon"}},
        "length": {"value": {"selected_option": {"value": "7"}}},
    }

    assert filled(sent) == Filled(date(2026, 12, 3), time(14, 30), 60, "Five whys", "")
    assert filled(odd) == filled({}) == Filled(None, None, 45, "", "")
