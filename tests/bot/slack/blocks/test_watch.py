"""What an open incident's channel is asked, and what whoever answers is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.slack.blocks import Surface
from bot.slack.blocks.watch import going_on, silence, update_due
from tests.bot.slack.blocks.golden import assert_posted
from tests.bot.slack.blocks.test_summary import TWENTY_PAST_TWO

GOLDEN = Path(__file__).parent / "golden_watch"
SURFACES: Mapping[str, Surface] = {
    "update-due": update_due(7, TWENTY_PAST_TWO),
    "silence": silence(7, TWENTY_PAST_TWO, timedelta(hours=4)),
    "going-on": going_on(7, "Ana &lt;3", TWENTY_PAST_TWO),
}


@pytest.mark.parametrize("name", SURFACES)
def test_what_is_asked(name: str) -> None:
    assert_posted(GOLDEN / f"{name}.json", SURFACES[name])


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == SURFACES.keys()
