"""The form of an update: what is chosen beforehand, and what comes back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.slack.blocks.update_form import NONE, Filled, Origin, filled, update_form
from sandbox.blocks import view_problems
from tests.bot.slack.blocks.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden_update_form"
ORIGIN = Origin("C0WEB", "https://hooks.slack.com/commands/1")
FORMS = {
    "of-the-channel": update_form(ORIGIN, None, None),
    "by-severity": update_form(ORIGIN, 7, timedelta(minutes=45)),
    "with-a-status-page": update_form(ORIGIN, 7, None, ["Statuspage", "Other"]),
    "longest-number": update_form(ORIGIN, 999999999, timedelta(days=7)),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(GOLDEN / f"{name}.json", FORMS[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == FORMS.keys()


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (
            {
                "known": {"value": {"value": " Slow\n"}},
                "doing": {"value": {"value": "Rolling back"}},
                "next": {"value": {"selected_option": {"value": "45"}}},
            },
            Filled("Slow", "Rolling back", timedelta(minutes=45)),
        ),
        ({"known": {"value": {"value": None}}}, Filled("", "", NONE)),
        (
            {"public": {"value": {"selected_options": [{"value": "public"}]}}},
            Filled("", "", NONE, is_public=True),
        ),
        ({"next": {"value": {"selected_option": {"value": "soon"}}}}, Filled("", "", NONE)),
    ],
)
def test_what_comes_back_is_read(values: dict[str, Any], read: Filled) -> None:
    assert filled(values) == read
