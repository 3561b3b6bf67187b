"""Help as it is shown: see golden_help/."""

from __future__ import annotations

from pathlib import Path

from bot.slack.blocks.help import HelpGroup, HelpLine, help_overview, welcome
from storage.vocabulary import MarkSection
from tests.bot.slack.golden_files import assert_none_left_over, assert_surface

GOLDEN = Path(__file__).parent / "golden_help"
EMOJI = {section: section.value for section in MarkSection}


def test_the_overview() -> None:
    first = [HelpLine("/incident start Checkout is down", "declares an incident")]
    groups = [HelpGroup("Look", ["/incident list", "/incident show"]), HelpGroup("More", ["/resolve"])]

    assert_surface(GOLDEN, "overview", help_overview(first, groups, EMOJI))


def test_the_welcome() -> None:
    assert_surface(GOLDEN, "welcome", welcome("pushpin"))
    assert_none_left_over(GOLDEN, {"overview", "welcome"})
