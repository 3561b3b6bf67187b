"""An update as everybody reads it, and what whoever posted it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.incidents.actions.updates import UpdatePosted
from bot.incidents.channels import Place
from bot.slack.blocks import Surface
from bot.slack.blocks.status_update import status_update, update_posted
from bot.text.moments import shown
from tests.bot.slack.blocks.golden import assert_posted
from tests.bot.slack.blocks.test_summary import TWENTY_PAST_TWO

GOLDEN = Path(__file__).parent / "golden_status_update"
SLOW = "Checkout &amp; carts are @here slow"
SURFACES: Mapping[str, Surface] = {
    "known": status_update(7, "Ana", SLOW, None, None),
    "full": status_update(7, "Ana", SLOW, "Rolling back", TWENTY_PAST_TWO),
    "outside": status_update(7, "Ana", SLOW, "Rolling back", TWENTY_PAST_TWO, is_outside=True),
    "longest": status_update(7, "Ana", "&lt;slow&gt; " * 1000, "wait " * 1000, None),
}
POSTED = UpdatePosted(7, 3, TWENTY_PAST_TWO, Place("this channel"), None)


@pytest.mark.parametrize("name", SURFACES)
def test_the_update(name: str) -> None:
    assert_posted(GOLDEN / f"{name}.json", SURFACES[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == SURFACES.keys()


@pytest.mark.parametrize(
    ("posted", "answer"),
    [
        (POSTED, f"is posted in this channel. Next update by {shown(TWENTY_PAST_TWO)}."),
        (
            replace(POSTED, next_at=None, announced_in="incidents"),
            "is posted in this channel, and in #incidents. No next update is promised.",
        ),
        (
            replace(POSTED, next_at=None, announced_in="C0NEWS"),
            "is posted in this channel, and in <#C0NEWS>. No next update is promised.",
        ),
        (
            replace(POSTED, next_at=None, place=Place("<#C0WEB>", is_reachable=False)),
            "is on the record; I can't write in <#C0WEB> any more. No next update is promised.",
        ),
    ],
)
def test_whoever_posted_it_is_told_where(posted: UpdatePosted, answer: str) -> None:
    assert update_posted(posted) == f"The update of INC-7 {answer}"
