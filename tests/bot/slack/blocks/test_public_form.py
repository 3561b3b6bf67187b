"""The form of a public post: what is proposed and warned of, and what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.incidents.status_pages.contract import Component
from bot.incidents.vocabulary import PublicImpact, PublicState
from bot.slack.blocks.public_form import FilledIn, Page, PublicOrigin, PublicWords, filled, public_form
from sandbox.blocks import view_problems
from tests.bot.slack.blocks.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden_public_form"
ORIGIN = PublicOrigin("C0WEB", "https://hooks.slack.com/commands/1", ("statuspage",), 3, is_update=True)
BOTH = PublicOrigin("C0WEB", "", ("statuspage", "other"))
PARTS = [Component("c1", "Checkout"), Component("c2", "Search & <find>")]
NEW = Page("statuspage", "Statuspage", None, PARTS)
THERE = Page("statuspage", "Statuspage", "https://stspg.example/1", PARTS, ["c2", "gone"])
FORMS = {
    "first": public_form(7, ORIGIN, PublicWords("Checkout is slow", "We look into it."), [NEW]),
    "of-the-channel": public_form(None, ORIGIN, PublicWords(), [Page("statuspage", "Statuspage")]),
    "next": public_form(
        7,
        ORIGIN,
        PublicWords("", "It is over.", PublicState.RESOLVED, PublicImpact.OPERATIONAL, notifies=True),
        [THERE],
    ),
    "private": public_form(7, ORIGIN, PublicWords(is_private=True), [NEW]),
    "posted-since": public_form(7, ORIGIN, PublicWords("", "Slow", since="Ben posted: It is slow."), [THERE]),
    "two-pages": public_form(7, BOTH, PublicWords("Slow", "Slow"), [THERE, Page("other", "Other", None, [])]),
    "longest": public_form(
        999999999,
        ORIGIN,
        PublicWords("n" * 300, "t" * 5000, since="s" * 2900),
        [Page("statuspage", "Statuspage", None, [Component(str(one), "c" * 90) for one in range(150)])],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form(name: str) -> None:
    assert view_problems(FORMS[name]) == []
    assert_golden(GOLDEN / f"{name}.json", FORMS[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == FORMS.keys()


def _ticked(*values: str) -> dict[str, Any]:
    return {"value": {"selected_options": [{"value": one} for one in values]}}


def test_what_comes_back_is_read() -> None:
    values = {
        "name": {"value": {"value": " Slow\tcheckout "}},
        "text": {"value": {"value": " Slow\n"}},
        "state": {"value": {"selected_option": {"value": "monitoring"}}},
        "impact": {"value": {"selected_option": {"value": "major_outage"}}},
        "affected_statuspage": _ticked("c1", "c2"),
        "notify": _ticked("yes"),
        "private": _ticked("yes"),
    }

    assert filled(values, ORIGIN) == FilledIn(
        "Slow checkout",
        "Slow",
        PublicState.MONITORING,
        PublicImpact.MAJOR_OUTAGE,
        {"statuspage": ["c1", "c2"]},
        notifies=True,
        is_private_said=True,
    )


def test_nothing_ticked_is_nothing_said() -> None:
    bare = filled({"state": {"value": {"selected_option": {"value": "odd"}}}}, ORIGIN)
    assert (bare.text, bare.state, bare.notifies, bare.is_private_said) == (
        "",
        PublicState.INVESTIGATING,
        False,
        False,
    )
    assert bare.pages == {"statuspage": []}
    assert filled({"where": _ticked("other", "strange")}, BOTH).pages == {"other": []}
    assert filled({}, BOTH).pages == {}
