"""What is said inside of posts that people outside read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.incidents.vocabulary import PublicState
from bot.slack.blocks import Surface
from bot.slack.blocks.public_posts import (
    asked_answer,
    closing_offer,
    not_posted_answer,
    posted_answer,
    public_post,
)
from tests.bot.slack.blocks.golden import assert_posted

GOLDEN = Path(__file__).parent / "golden_public_posts"
AT = "https://stspg.example/1"
SURFACES: Mapping[str, Surface] = {
    "posted": public_post(
        7, "Ana", "Statuspage", AT, PublicState.IDENTIFIED, "Slow <!here> & odd", notifies=False
    ),
    "notified": public_post(7, "Ana", "Statuspage", AT, PublicState.RESOLVED, "It is over.", notifies=True),
    "longest": public_post(
        7, "Ana", "Statuspage", AT, PublicState.MONITORING, "<slow> " * 500, notifies=True
    ),
    "closing": closing_offer(7, [("Statuspage", AT, PublicState.MONITORING)], is_cancelled=False),
    "closing-cancelled": closing_offer(
        7,
        [("Statuspage", AT, PublicState.INVESTIGATING), ("Other", AT, PublicState.IDENTIFIED)],
        is_cancelled=True,
    ),
}


@pytest.mark.parametrize("name", SURFACES)
def test_the_message(name: str) -> None:
    assert_posted(GOLDEN / f"{name}.json", SURFACES[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == SURFACES.keys()


def test_whoever_pressed_is_told_what_became_of_it() -> None:
    assert asked_answer(7, ["Statuspage"], is_update=True) == (
        "The public post of INC-7 is on its way to Statuspage; its link follows. "
        "People inside are told as well."
    )
    assert posted_answer(7, "Statuspage", AT) == (f"The public post of INC-7 stands on <{AT}|Statuspage>.")
    assert not_posted_answer(7, "Statuspage", "body <is> too long") == (
        "The public post of INC-7 is not on Statuspage: body &lt;is&gt; too long. Once that is mended say "
        "`/incident update INC-7 --public` again."
    )
