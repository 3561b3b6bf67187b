"""The form of an incident's roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.incidents.roles import LONGEST, ROLES
from bot.slack.blocks.roles_form import Origin, changed, roles_form
from sandbox.blocks import view_problems
from tests.bot.slack.blocks.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden_roles_form"
HELD = Origin("C0OPS", "https://hooks.slack.com/x", {"commander": "U0ANA", "liaison": "U0BEN"})
FORMS = {
    "empty": roles_form(7, Origin("C0OPS", ""), ROLES),
    "held": roles_form(7, HELD, [*ROLES, "liaison"]),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(GOLDEN / f"{name}.json", FORMS[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == FORMS.keys()


def test_a_form_of_very_many_roles_is_one_that_slack_takes() -> None:
    roles = [f"{'r' * (LONGEST - 3)}{place:03}" for place in range(200)]
    held = dict.fromkeys(roles[:40], "U0ANAANAANA")

    assert view_problems(roles_form(10**9, Origin("C0OPS", "u" * 120, held), roles)) == []


def test_only_the_roles_that_changed_are_given() -> None:
    values = {
        "commander": {"value": {"selected_users": ["U0ANA"]}},
        "scribe": {"value": {"selected_users": ["U0BEN"]}},
        "liaison": {"value": {"selected_users": []}},
        "operations": {"value": {}},
    }

    assert changed(values, HELD) == {"scribe": "U0BEN", "liaison": None}
