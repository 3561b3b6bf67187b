"""What a mention is answered that needs a press: see golden_mention/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.slack.blocks import Surface
from bot.slack.blocks.mention import Choice, MentionWords, form_offer, which_incident
from tests.bot.slack.golden_files import assert_none_left_over, assert_surface

GOLDEN = Path(__file__).parent / "golden_mention"
SAID = MentionWords("/incident", "severity sev1")
EXAMPLE = "/incident task add @ana by friday: Add an index to orders"

SURFACES: Mapping[str, Surface] = {
    "form": form_offer(7, MentionWords("/incident", "task add"), EXAMPLE),
    "form-alone": form_offer(7, MentionWords("/incident", "update --public Slow"), None),
    "form-too-long": form_offer(None, MentionWords("/incident", "x" * 3000), EXAMPLE),
    "which-none": which_incident(SAID, []),
    "which-one": which_incident(SAID, [Choice(7, "Checkout is down")]),
    "which-many": which_incident(SAID, [Choice(number, "الدفع متوقف " * 30) for number in range(1, 9)]),
    "which-too-long": which_incident(MentionWords("/timeline", "x" * 3000), [Choice(7, "Checkout is down")]),
}


@pytest.mark.parametrize("name", SURFACES)
def test_an_answer(name: str) -> None:
    assert_surface(GOLDEN, name, SURFACES[name])


def test_no_golden_is_left_over() -> None:
    assert_none_left_over(GOLDEN, {*SURFACES})
