"""What is said about milestones, severity, roles, zone and durations: see golden_milestones/ for all of it.

UPDATE_GOLDEN=1 writes the files anew.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents import milestones, quoted, roles, severity, stated, zone
from bot.incidents.actions.roles import RolesGiven
from bot.incidents.errors import ScribeError
from bot.incidents.milestones import Changed
from bot.incidents.roles import ROLES, Handed
from bot.incidents.views.incident import ChangeView, History, RoleView
from bot.incidents.views.milestones import MilestoneView
from bot.listeners.requests import Answer, answer_arguments
from bot.slack.blocks import Surface, suggestion
from bot.slack.blocks import milestone_answers as answers
from bot.slack.blocks.carried import packed, unpacked
from bot.slack.blocks.milestone_answers import ShownDuration
from bot.slack.blocks.milestone_form import Origin, changed, milestone_form
from bot.slack.blocks.suggestion import Offer
from sandbox.blocks import checked_content, view_problems
from storage.vocabulary import MILESTONES, MilestoneKind

GOLDEN = Path(__file__).parent / "golden_milestones"
TWO = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
QUARTER_PAST = TWO + timedelta(minutes=15)
HALF_PAST_THREE = TWO + timedelta(minutes=90)
LINK = "https://acme.slack.com/archives/C0OPS/p1694355300000100"
ANA, BEN = "<@U0ANA>", "<@U0BEN>"
BERLIN = ZoneInfo("Europe/Berlin")

OFFER = Offer(
    MilestoneKind.DETECTED, QUARTER_PAST, "suggestion:detected:C0OPS:1694355300.000100", "C0OPS", "1.1"
)
KNOWN = {"impact_started": TWO, "detected": QUARTER_PAST, "resolved": HALF_PAST_THREE}
SHOWN = {
    "impact_started": MilestoneView(TWO, "stated", "U0ANA", None),
    "detected": MilestoneView(QUARTER_PAST, "stated", "U0BEN", LINK),
}
REPAIR = ShownDuration("time to repair", "4h 27m", ANA)

ANSWERS: Mapping[str, Answer] = {
    "milestones_stated": answers.milestones_stated(7, [Changed("detected", None, QUARTER_PAST)], KNOWN),
    "milestones_stated-corrected": answers.milestones_stated(
        7, [Changed("detected", TWO, QUARTER_PAST)], KNOWN, is_about=True
    ),
    "milestones_stated-again": answers.milestones_stated(
        7, [Changed("detected", QUARTER_PAST, QUARTER_PAST)], KNOWN
    ),
    "milestones_stated-taken-back": answers.milestones_stated(
        7, [Changed("detected", QUARTER_PAST, None)], {"impact_started": TWO}
    ),
    "milestones_stated-contradictory": answers.milestones_stated(
        7, [Changed("detected", None, TWO)], {"impact_started": QUARTER_PAST, "detected": TWO}
    ),
    "milestones_overview": answers.milestones_overview(7, SHOWN, [REPAIR], is_open=False),
    "milestones_overview-nothing": answers.milestones_overview(7, {}, is_open=True),
    "severity_changed": answers.severity_changed(7, None, "sev2"),
    "severity_changed-again": answers.severity_changed(7, "sev2", "sev2"),
    "severity_history": answers.severity_history(
        History(
            7,
            "sev1",
            [ChangeView(TWO, None, "sev2", "U0ANA"), ChangeView(QUARTER_PAST, "sev2", "sev1", "U0BEN")],
        ),
        ("sev1", "sev2", "sev3"),
    ),
    "severity_history-none": answers.severity_history(History(7, None, []), ("sev1", "sev2")),
    "role_given": answers.roles_given(RolesGiven(7, [Handed("commander", None, "U0ANA")])),
    "role_given-in-place": answers.roles_given(RolesGiven(7, [Handed("commander", "U0ANA", "U0BEN")])),
    "role_given-again": answers.roles_given(RolesGiven(7, [Handed("commander", "U0ANA", "U0ANA")])),
    "role_given-ended": answers.roles_given(RolesGiven(7, [Handed("commander", "U0ANA", None)])),
    "role_given-nobody": answers.roles_given(RolesGiven(7, [Handed("commander", None, None)])),
    "role_given-invited": answers.roles_given(
        RolesGiven(
            7, [Handed("commander", "U0ANA", "U0BEN", is_invited=True), Handed("scribe", None, "U0ANA")]
        )
    ),
    "role_list": answers.role_list(
        7,
        (*ROLES, "liaison"),
        [
            RoleView("commander", "U0ANA", TWO, QUARTER_PAST),
            RoleView("commander", "U0BEN", QUARTER_PAST, None),
            RoleView("liaison", "U0ANA", QUARTER_PAST, None),
        ],
    ),
    "zone_set": answers.zone_set(7, None, "Europe/Berlin"),
    "zone_set-again": answers.zone_set(7, "UTC", "UTC"),
    "zone_shown": answers.zone_shown(7, None, "UTC"),
    "zone_shown-own": answers.zone_shown(7, "Europe/Berlin", "UTC"),
    "duration_stated": answers.duration_stated(7, "time to repair", "4h 27m", "1 h 30 min"),
    "duration_stated-alone": answers.duration_stated(7, "read-only mode", "20 min", None),
    "duration_stated-taken-back": answers.duration_stated(7, "time to repair", None, "1 h 30 min"),
    "duration_list": answers.duration_list(7, [REPAIR], KNOWN),
}
WRONG = answers.contradiction({"impact_started": QUARTER_PAST, "detected": TWO}, "detected", "impact_started")
MESSAGES: Mapping[str, Surface] = {
    "suggestion": suggestion.suggestion(7, OFFER, "the first alert on the timeline (Grafana)", LINK, BERLIN),
    "suggestion-without-evidence": suggestion.suggestion(7, OFFER, "a note on the timeline", None, BERLIN),
    "settled": suggestion.settled(7, "detected", QUARTER_PAST, QUARTER_PAST, "Ana Ferreira"),
    "settled-contradictory": suggestion.settled(7, "detected", QUARTER_PAST, TWO, "Ana Ferreira", [WRONG]),
    "settled-declined": suggestion.settled(7, "detected", QUARTER_PAST, None, "Ben Okafor"),
    "missing": Surface("missing", suggestion.missing(7, ["acknowledged", "mitigated"])),
}
ERRORS: Mapping[str, ScribeError] = {
    "WhichMilestone": milestones.WhichMilestone("defected"),
    "WhichMilestone-none": milestones.WhichMilestone(""),
    "NotResolvedYet": milestones.NotResolvedYet(7),
    "NothingToTakeBack": milestones.NothingToTakeBack("impact_started"),
    "ResolvedStands": milestones.ResolvedStands(),
    "OneMoment": milestones.OneMoment("detected"),
    "AlreadyKnown": milestones.AlreadyKnown("detected", "2023-09-10 14:15 UTC"),
    "NoSuchRole": roles.NoSuchRole("comander", "commander"),
    "NoSuchSeverity": severity.NoSuchSeverity("<!channel> bad", ("sev1", "sev2")),
    "RoleUnreadable": roles.RoleUnreadable("I can't tell which role you mean."),
    "OneHolderOnly": roles.OneHolderOnly("`@oncall`"),
    "CannotHold": roles.CannotHold("U0BEN", "commander", has_left=True),
    "CannotHold-app": roles.CannotHold("U0BOT", "scribe", has_left=False),
    "LeadsNoMore": roles.LeadsNoMore(7),
    "NoSuchZone": zone.NoSuchZone("Berlim", "Europe/Berlin"),
    "NoSuchZone-at-all": zone.NoSuchZone("nowhere", None),
    "DurationUnreadable": stated.DurationUnreadable("I miss how long it was."),
}
FORMS: Mapping[str, Mapping[str, object]] = {
    "milestone_form": milestone_form(
        Origin("C0OPS", "https://hooks.slack.com/x", {MilestoneKind.IMPACT_STARTED: "2023-09-10 14:00"}, 7),
        {"detected": "2023-09-10 14:15: the first alert on the timeline (Grafana)"},
        focus="detected",
    ),
    "milestone_form-open": milestone_form(Origin("C0OPS", ""), is_open=True),
}


def assert_golden(name: str, message: object) -> None:
    file = GOLDEN / f"{name}.json"
    written = json.dumps(message, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(written, encoding="utf-8")
    assert written == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer(name: str) -> None:
    arguments = answer_arguments(ANSWERS[name])

    checked_content(arguments)  # raises what Slack would refuse
    assert_golden(f"answer-{name}", arguments)


@pytest.mark.parametrize("name", ERRORS)
def test_the_answer_to_what_cannot_be_done(name: str) -> None:
    arguments = answer_arguments(ERRORS[name].sentence)

    checked_content(arguments)
    assert_golden(f"error-{name}", arguments)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_in_the_channel(name: str) -> None:
    message = {"text": MESSAGES[name].text, "blocks": list(MESSAGES[name].blocks)}

    checked_content(message)
    assert_golden(name, message)


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(name, FORMS[name])


def test_every_error_has_its_golden() -> None:
    named = {
        name
        for module in (milestones, severity, roles, zone, stated, quoted)
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, ScribeError) and kind.__module__ == module.__name__
    }

    assert named == {name.partition("-")[0] for name in ERRORS}


def test_no_golden_is_left_over() -> None:
    expected = {f"answer-{name}" for name in ANSWERS} | {f"error-{name}" for name in ERRORS}

    assert {file.stem for file in GOLDEN.iterdir()} == expected | MESSAGES.keys() | FORMS.keys()


# --- the limits of Slack -------------------------------------------------------------------------------


def test_answers_with_the_longest_words_are_ones_that_slack_takes() -> None:
    long = ShownDuration("n" * stated.LONGEST_NAME * 5, "&amp;" * stated.LONGEST_SAID, "<@U0ANAANAANA>")
    backwards = {
        kind: MilestoneView(TWO - timedelta(minutes=place), "stated", "U0ANAANAANA", LINK * 2)
        for place, kind in enumerate(MILESTONES)
    }
    held = [RoleView("r" * roles.LONGEST, "U0ANAANAANA", TWO, QUARTER_PAST)] * 60

    checked_content(answer_arguments(answers.milestones_overview(7, backwards, [long] * 40, is_open=False)))
    checked_content(answer_arguments(answers.duration_list(7, [long] * 40, KNOWN)))
    checked_content(answer_arguments(answers.role_list(7, ROLES, held)))


def test_a_suggestion_with_the_longest_reason_is_one_that_slack_takes() -> None:
    offer = replace(OFFER, kind=MilestoneKind.IMPACT_STARTED, key="k" * 200)
    surface = suggestion.suggestion(7, offer, "&amp;" * 5000, LINK, BERLIN)

    checked_content({"text": surface.text, "blocks": list(surface.blocks)})


@given(st.dictionaries(st.sampled_from(MILESTONES), st.text(max_size=400)))
def test_a_form_with_any_suggestion_is_one_that_slack_takes(suggested: dict[str, str]) -> None:
    assert view_problems(milestone_form(Origin("C0OPS", "x" * 300), suggested)) == []


# --- what comes back -----------------------------------------------------------------------------------


def test_an_offer_comes_back_as_it_went() -> None:
    assert unpacked(packed(7, OFFER), Offer) == (7, OFFER)


def test_only_the_fields_that_changed_are_stated() -> None:
    held = Origin("C0OPS", "", {MilestoneKind.DETECTED: "14:15", MilestoneKind.MITIGATED: "14:40"})
    _, origin = unpacked(packed(None, held), Origin)
    values = {
        "detected": {"value": {"value": "14:15"}},
        "mitigated": {"value": {"value": None}},
        "identified": {"value": {"value": " 14:20 "}},
        "acknowledged": {"value": {"value": None}},
    }

    assert changed(values, origin) == {"mitigated": "", "identified": "14:20"}


def test_nothing_is_said_to_be_missing_when_everything_is_known() -> None:
    assert suggestion.missing(7, []) == []
