"""The form of an incident's title and zone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.title_form import Filled, Origin, filled, title_form
from sandbox.blocks import view_problems
from tests.bot.slack.blocks.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden_title_form"
FORMS = {
    "usual": title_form(7, "C0OPS", "https://hooks.slack.com/x", "Checkout &amp; payments", "Europe/Berlin"),
    "right-to-left": title_form(7, "C0OPS", "", ("الدفع لا يعمل في المتجر " * 13)[:300], "UTC"),
    "too-long": title_form(7, "C0OPS", "", "T" * 4000, "UTC"),
}


def said(title: str, zone: str) -> dict[str, dict[str, dict[str, str]]]:
    return {"title": {"value": {"value": title}}, "zone": {"value": {"value": zone}}}


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(GOLDEN / f"{name}.json", FORMS[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == FORMS.keys()


@given(st.text(max_size=400), st.text(max_size=60))
def test_what_comes_back_as_it_went_changes_nothing(title: str, zone: str) -> None:
    form = title_form(7, "C0OPS", "", title.replace("\0", ""), zone.replace("\0", ""))
    _, origin = subject_in(form["private_metadata"], Origin)
    title_shown, zone_shown = (block["element"].get("initial_value", "") for block in form["blocks"])

    assert filled(said(title_shown, zone_shown), origin) == Filled(None, None)


def test_what_is_written_is_slack_text_and_an_emptied_field_changes_nothing() -> None:
    _, origin = subject_in(FORMS["usual"]["private_metadata"], Origin)

    assert filled(said("<Checkout> & <!here>", ""), origin) == Filled(
        "&lt;Checkout&gt; &amp; &lt;!here&gt;", None
    )
