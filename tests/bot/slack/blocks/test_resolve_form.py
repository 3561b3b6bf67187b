"""The form that resolves an incident, in every state: see golden_resolve_form/."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.resolve_form import (
    CONCLUSION,
    IMPACT,
    ITEMS,
    MITIGATED,
    RESOLVED,
    UNMARKED,
    VALUE,
    Choice,
    Held,
    Origin,
    Said,
    Suggested,
    filled,
    resolve_form,
)
from sandbox.blocks import view_problems
from tests.bot.slack.golden_files import assert_form, assert_none_left_over

GOLDEN = Path(__file__).parent / "golden_resolve_form"
ORIGIN = Origin("C0OPS", "https://hooks.slack.example/actions/1", seen=4)
HELD = Held(
    conclusion="Rolled back &amp; watching",
    impact="3,000 customers",
    mitigated="2023-09-10 14:45",
    impact_marks=2,
    items=[Choice("1", "1. Add an index"), Choice("2", "2. Alert on the pool")],
    unmarked=[Choice("1694354400.000100", "14:31 Rolled back", "an action (“rolled back”), 3 replies")],
)
MARKED = Suggested(
    "2023-09-10 14:45", datetime(2023, 9, 10, 14, 45, 31, tzinfo=UTC), "the mark on Ana’s message"
)
LAST_ALERT = Suggested(
    "2023-09-10 15:28", datetime(2023, 9, 10, 15, 28, 7, tzinfo=UTC), "the end of its last alert"
)
FORMS = {
    "empty": resolve_form(7, ORIGIN, Held()),
    "of-the-channel": resolve_form(None, Origin("C0OPS", ""), Held()),
    "alerts_ended": resolve_form(7, ORIGIN, Held(ended="2023-09-10 15:28")),
    "suggesting": resolve_form(7, ORIGIN, Held(suggested={MITIGATED: MARKED})),
    "suggesting-both": resolve_form(
        7, ORIGIN, Held(suggested={MITIGATED: MARKED, RESOLVED: LAST_ALERT}, ended="2023-09-10 15:28")
    ),
    "usual": resolve_form(7, ORIGIN, HELD),
    "many": resolve_form(
        7,
        ORIGIN,
        Held(
            impact_marks=1,
            items=[Choice(str(number), f"{number}. Add index {number}") for number in range(1, 26)],
            unmarked=[Choice(str(number), f"14:31 Step {number}", "a step") for number in range(7)],
            more_unmarked=40,
        ),
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert_form(GOLDEN, name, FORMS[name])


def test_no_golden_is_left_over() -> None:
    assert_none_left_over(GOLDEN, set(FORMS))


def test_the_longest_of_everything_is_a_form_that_slack_takes() -> None:
    long = "W" * 5000
    held = Held(
        conclusion=long,
        impact="ت" * 3000,
        mitigated="2023-09-10 14:45 UTC",
        suggested={RESOLVED: Suggested("2023-09-10 15:28 UTC", LAST_ALERT.at, long)},
        impact_marks=1_000_000,
        items=[Choice(str(number), long, long) for number in range(60)],
        unmarked=[Choice(str(number), "", long) for number in range(7)],
        more_unmarked=10_000,
    )

    assert view_problems(resolve_form(1_000_000, ORIGIN, held)) == []


def submitted(**texts: str) -> dict[str, dict[str, dict[str, Any]]]:
    said = {CONCLUSION: "Rolled back & watching", IMPACT: "3,000 customers", MITIGATED: "2023-09-10 14:45"}
    return {name: {VALUE: {"value": text}} for name, text in {**said, RESOLVED: "", **texts}.items()}


def test_only_what_was_changed_or_ticked_is_said() -> None:
    _, origin = unpacked(FORMS["usual"]["private_metadata"], Origin)

    assert filled(submitted(), origin) == Said({}, [], [])
    values = submitted(mitigated="14:50", impact="")
    values[ITEMS] = {VALUE: {"selected_options": [{"value": "2"}, {"value": "not a number"}]}}
    values[UNMARKED] = {VALUE: {"selected_options": [{"value": "1694354400.000100"}]}}
    assert filled(values, origin) == Said({MITIGATED: "14:50", IMPACT: ""}, [2], ["1694354400.000100"])
    assert origin.seen == 4


def test_a_time_that_was_offered_is_agreed_to_to_the_second_corrected_or_left_out() -> None:
    _, origin = unpacked(FORMS["suggesting-both"]["private_metadata"], Origin)
    nothing = {name: {VALUE: {"value": ""}} for name in (CONCLUSION, IMPACT)}

    def said(mitigated: str, resolved: str) -> Said:
        values = {**nothing, MITIGATED: {VALUE: {"value": mitigated}}, RESOLVED: {VALUE: {"value": resolved}}}
        return filled(values, origin)

    agreed = said("2023-09-10 14:45", " 2023-09-10  15:28")
    assert agreed == Said({}, [], [], {MITIGATED: MARKED.at, RESOLVED: LAST_ALERT.at})
    assert said("14:50", "") == Said({MITIGATED: "14:50"}, [], [])
    assert said("", "15:30") == Said({RESOLVED: "15:30"}, [], [])
