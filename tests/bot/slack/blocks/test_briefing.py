"""What somebody reads who joins late, in every state: see golden_briefing/."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.incidents.action_items import ActionItemDetails
from bot.incidents.views.action_items import ActionItemView
from bot.incidents.views.briefing import Briefing
from bot.incidents.views.incident import StatusView
from bot.slack.blocks.briefing import ShownBriefing, ShownUpdate, briefing, offer
from sandbox.blocks import checked_content
from storage.vocabulary import ActionItemState, Unreachable
from tests.bot.slack.blocks.test_timeline_page import TWO, events
from tests.bot.slack.golden_files import assert_none_left_over, assert_surface

GOLDEN = Path(__file__).parent / "golden_briefing"
CANVAS = "https://acme.slack.com/docs/T0ACME/F0LIVE"
STATUS = StatusView(
    number=7,
    title="Checkout &amp; payments are down",
    severity="sev1",
    is_open=True,
    is_cancelled=False,
    channel_id="C0OPS",
    declared_at=TWO + timedelta(minutes=20),
    declared_by="U0ANA",
    started_at=TWO,
    resolved_at=None,
    resolved_by=None,
    conclusion=None,
    commander="U0ANA",
    draft_link=None,
    unreachable=None,
    stage="identified",
    last_update=None,
    next_update_at=TWO + timedelta(hours=2),
)


def item(number: int) -> ActionItemView:
    return ActionItemView(number, "", ActionItemState.OPEN, ActionItemDetails(owner_id="U0BEN"))


def shown(status: StatusView = STATUS, *, count: int = 0, items: int = 0) -> ShownBriefing:
    last = events(count)[-10:]
    view = Briefing(status, [], count, [item(n + 1) for n in range(items)])
    view = replace(view, events=last)  # type: ignore[arg-type]  # the surface only counts them
    words = [(one, f"Add index {one.number}") for one in view.items]
    return ShownBriefing(view, "Checkout &amp; payments are down", None, last, words)


RESOLVED = replace(
    STATUS,
    is_open=False,
    stage=None,
    next_update_at=None,
    resolved_at=TWO + timedelta(hours=1),
    resolved_by="U0BEN",
    draft_link=CANVAS,
)
USUAL = shown(replace(STATUS, timeline_link=CANVAS, roles={"communications": "U0BEN"}), count=4, items=2)
SURFACES = {
    "nothing-yet": briefing(shown(replace(STATUS, commander=None, severity=None, started_at=None))),
    "usual": briefing(replace(USUAL, update=ShownUpdate(TWO, "Payments fail for all", "Rolling back"))),
    "many": briefing(shown(count=1234, items=25)),
    "resolved": briefing(replace(shown(RESOLVED, count=4), conclusion="Rolled back")),
    "cancelled": briefing(shown(replace(RESOLVED, is_cancelled=True, resolved_at=None, draft_link=None))),
    "drill": briefing(shown(replace(STATUS, is_drill=True, is_private=True), count=1)),
    "private": briefing(shown(replace(STATUS, is_private=True), count=1)),
    "archived": briefing(shown(replace(STATUS, unreachable=Unreachable.ARCHIVED), count=1)),
    "resolved-drill": briefing(shown(replace(RESOLVED, is_drill=True), count=1)),
    "offer": offer(7),
}


@pytest.mark.parametrize("name", SURFACES)
def test_a_message(name: str) -> None:
    assert_surface(GOLDEN, name, SURFACES[name])


def test_no_golden_is_left_over() -> None:
    assert_none_left_over(GOLDEN, set(SURFACES))


def test_the_longest_words_are_a_message_that_slack_takes() -> None:
    long = shown(count=40, items=60)
    long = replace(
        long,
        title="ت" * 3000,
        events=[replace(one, text="W" * 300) for one in long.events],
        items=[(one, "&amp;" * 500) for one, _ in long.items],
        update=ShownUpdate(TWO, "K" * 5000, "D" * 5000),
    )

    surface = briefing(long)

    checked_content({"text": surface.text, "blocks": list(surface.blocks)})
