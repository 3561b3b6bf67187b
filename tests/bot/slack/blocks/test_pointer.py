"""The pointer at a summary that has scrolled away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.slack.blocks.pointer import pointer
from sandbox.blocks import checked_content
from tests.bot.slack.blocks.golden import assert_golden
from tests.bot.slack.blocks.test_summary import EMPTY, FULL, STATES

GOLDEN = Path(__file__).parent / "golden_pointer"
LINK = "https://acme.slack.com/archives/C0OPS/p1694354400000100"
THREE = datetime(2023, 9, 10, 15, 0, tzinfo=UTC)
MESSAGES = {
    "empty": pointer(EMPTY, LINK, THREE),
    "full": pointer(FULL, LINK, THREE),
    "drill": pointer(STATES["drill"], LINK, THREE),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_pointer(name: str) -> None:
    message = {"text": MESSAGES[name].text, "blocks": list(MESSAGES[name].blocks)}

    checked_content(message)
    assert_golden(GOLDEN / f"{name}.json", message)


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == MESSAGES.keys()


def test_a_pointer_in_the_longest_words_is_one_that_slack_takes() -> None:
    long = replace(FULL, severity="&" * 75, stage="<" * 75, commander="&amp;" * 80)

    surface = pointer(long, LINK * 2, THREE)

    checked_content({"text": surface.text, "blocks": list(surface.blocks)})
