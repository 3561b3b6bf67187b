"""How far an incident is: the form that asks, and what is shown of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.incidents.views.incident import ChangeView, History
from bot.settings.team import LONGEST_STAGE, MOST_STAGES
from bot.slack.blocks.stage import Origin, stage_form, stage_history
from sandbox.blocks import view_problems
from tests.bot.slack.blocks.golden import assert_golden, assert_posted
from tests.bot.slack.blocks.test_summary import TWENTY_PAST_TWO

GOLDEN = Path(__file__).parent / "golden_stage"
ORIGIN = Origin("C0WEB", "https://hooks.slack.com/commands/1")
KNOWN = ("investigating", "identified", "monitoring")
MOST = tuple(f"{number}{'x' * (LONGEST_STAGE - 1)}" for number in range(MOST_STAGES))
FORMS = {
    "form": stage_form(ORIGIN, 7, KNOWN, "identified"),
    "form-unread": stage_form(ORIGIN, 7, KNOWN),
    "form-most": stage_form(ORIGIN, 999999999, MOST, "a stage the settings name no more"),
}
CHANGED = ChangeView(TWENTY_PAST_TWO, "investigating", "identified", "U0ANA")
HISTORIES = {
    "history-none": stage_history(History(7, "investigating", []), KNOWN),
    "history-one": stage_history(History(7, "identified", [CHANGED]), KNOWN),
    "history-many": stage_history(History(7, "resolved", [CHANGED] * 500), MOST),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(GOLDEN / f"{name}.json", FORMS[name])


@pytest.mark.parametrize("name", HISTORIES)
def test_how_it_changed(name: str) -> None:
    assert_posted(GOLDEN / f"{name}.json", HISTORIES[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == FORMS.keys() | HISTORIES.keys()
