"""The App Home in every state, and the forms it opens: see golden_home/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.incidents.access import OursAlone
from bot.incidents.views import home as views
from bot.incidents.views.home import HomeIncident, HomePostmortem, HomeView, Shortened
from bot.slack.blocks import section
from bot.slack.blocks.action_item_list import ItemRef
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.home import (
    ShownHome,
    ShownHomeItem,
    closed_home,
    home,
    note_form,
    search_form,
)
from sandbox.blocks import view_problems
from storage.vocabulary import PostmortemState
from tests.bot.slack.golden_files import assert_form, assert_none_left_over

GOLDEN = Path(__file__).parent / "golden_home"
TWO = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
TODAY = date(2023, 9, 10)
LINK = "https://acme.slack.com/docs/T0ACME/F0CANVAS"
LONG = "x" * 500
RIGHT_TO_LEFT = "الدفع متوقف " * 30

ONE = HomeIncident(
    number=7,
    title="Checkout is down",
    is_open=True,
    is_private=False,
    is_drill=False,
    channel_id="C0INC7",
    severity="sev1",
    stage="monitoring",
    declared_at=TWO,
    next_update_at=TWO + timedelta(minutes=30),
    commander="U0ANA",
    roles=["commander", "scribe"],
)
BARE = replace(
    ONE, number=8, channel_id=None, severity=None, stage=None, next_update_at=None, commander=None, roles=[]
)
PRIVATE_DRILL = replace(BARE, number=9, title="The vault is open", is_private=True, is_drill=True)
ENDED = replace(ONE, number=5, is_open=False, resolved_at=TWO, link=LINK, roles=[])
ITEM = ShownHomeItem(7, 2, "Add an index to `orders`", TODAY + timedelta(days=5), "p1")
TO_FINISH = HomePostmortem(
    5, "Checkout is down", PostmortemState.DRAFT, is_owner=True, due_at=TWO, is_late=False, link=LINK
)
TO_REVIEW = replace(TO_FINISH, number=4, state=PostmortemState.IN_REVIEW, is_owner=False, link=None)


NO_ITEMS = Shortened[ShownHomeItem]()


def shown(view: HomeView, items: Shortened[ShownHomeItem] = NO_ITEMS) -> dict[str, Any]:
    return home(ShownHome(view, items, TODAY), "pushpin")


def many(title: str) -> dict[str, Any]:
    """More of everything than is shown."""
    incident, work = replace(ONE, title=title), replace(TO_FINISH, title=title, is_late=True)
    view = HomeView(
        mine=Shortened([incident] * views.MINE, 20),
        postmortems=Shortened([work] * views.POSTMORTEMS, 20),
        open=Shortened([replace(incident, is_private=True, is_drill=True)] * views.OPEN, 185),
        recent=[replace(incident, link=LINK)] * views.RECENT,
        is_complete=False,
    )
    return shown(view, Shortened([replace(ITEM, text=title)] * views.ITEMS, 285))


HOMES: Mapping[str, dict[str, Any]] = {
    "empty": shown(HomeView()),
    "one-of-each": shown(
        HomeView(
            mine=Shortened([ONE]),
            items=Shortened(),
            postmortems=Shortened([TO_FINISH, TO_REVIEW]),
            open=Shortened([BARE, replace(ONE, number=6, roles=["scribe"])]),
            recent=[ENDED, replace(ENDED, resolved_at=None, link=None)],
        ),
        Shortened([ITEM]),
    ),
    "nothing-of-mine": shown(HomeView(open=Shortened([ONE]))),
    "private-drill": shown(HomeView(mine=Shortened([PRIVATE_DRILL]))),
    "late": shown(
        HomeView(
            postmortems=Shortened(
                [replace(TO_FINISH, is_late=True), replace(TO_FINISH, state=PostmortemState.IN_REVIEW)]
            )
        ),
        Shortened(
            [
                replace(ITEM, due_on=TODAY - timedelta(days=1)),
                replace(ITEM, due_on=TODAY),
                replace(ITEM, due_on=None, priority=None, text=""),
            ]
        ),
    ),
    "too-many": many("Checkout is down"),
    "slack-is-late": shown(HomeView(is_complete=False)),
    "of-another-company": closed_home(OursAlone().sentence),
}
FORMS: Mapping[str, dict[str, Any]] = {
    "form-search": search_form(),
    "form-found": search_form("checkout", [section("Found for checkout:")]),
    "form-note": note_form("Not recorded", [section("INC-7 was cancelled.")]),
}


@pytest.mark.parametrize("name", [*HOMES, *FORMS])
def test_a_view(name: str) -> None:
    view = {**HOMES, **FORMS}[name]

    View(**view).validate_json()
    assert_form(GOLDEN, name, view)


def test_no_golden_is_left_over() -> None:
    assert_none_left_over(GOLDEN, {*HOMES, *FORMS})


@pytest.mark.parametrize("title", ["Checkout is down", LONG, RIGHT_TO_LEFT, "&amp;" * 100])
def test_too_many_of_everything_is_a_view_that_slack_takes_and_says_how_many_more(title: str) -> None:
    view = many(title)

    assert view_problems(view) == []
    assert len(view["blocks"]) < 100
    assert len(json.dumps(view)) < 100_000
    said = json.dumps(view)
    for more in ("and 20 more", "and 285 more", "and 185 more"):
        assert more in said


def test_a_tick_says_which_item_of_which_incident() -> None:
    block = next(one for one in HOMES["late"]["blocks"] if "accessory" in one)

    assert subject_in(block["accessory"]["value"], ItemRef) == (7, ItemRef(2))
