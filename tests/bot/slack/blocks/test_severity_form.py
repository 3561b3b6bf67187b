"""The form of an incident's severity."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import OfflineSettings
from bot.slack.blocks.severity_form import MOST_RADIOS, Origin, chosen, severity_form
from sandbox.blocks import view_problems
from tests.bot.slack.blocks.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden_severity_form"
SETTINGS = OfflineSettings(_env_file=None)
USUAL = [(name, SETTINGS.meaning_of(name)) for name in SETTINGS.severity_names]
FORMS = {
    "none": severity_form(7, Origin("C0OPS", ""), USUAL),
    "held": severity_form(7, Origin("C0OPS", "https://hooks.slack.com/x", "sev2"), USUAL),
    "without-meanings": severity_form(7, Origin("C0OPS", ""), [("red", None), ("green", None)]),
    "gone": severity_form(7, Origin("C0OPS", "", "sev9"), USUAL),
    "many": severity_form(7, Origin("C0OPS", ""), [(f"p{one}", None) for one in range(MOST_RADIOS + 1)]),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(GOLDEN / f"{name}.json", FORMS[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == FORMS.keys()


@given(
    st.lists(st.text("ab&<", min_size=1, max_size=75), min_size=1, max_size=100, unique=True),
    st.text(max_size=200),
)
def test_any_severities_are_a_form_that_slack_takes(names: list[str], meaning: str) -> None:
    assert (
        view_problems(severity_form(10**9, Origin("C", "u" * 300), [(one, meaning) for one in names])) == []
    )


def test_what_is_chosen_comes_back_and_nothing_chosen_is_nothing() -> None:
    assert chosen({"severity": {"value": {"selected_option": {"value": "sev2"}}}}) == "sev2"
    assert chosen({"severity": {"value": {"selected_option": None}}}) == ""
