"""What a channel is told of whom nobody could invite: golden_invitations/."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.slack.blocks.invitations import by_route, by_setting, nobody_invited, not_all_invited
from tests.bot.slack.golden_files import assert_none_left_over, assert_surface

GOLDEN = Path(__file__).parent / "golden_invitations"
SURFACES = {
    "unknown": not_all_invited(7, by_setting("sev1"), {"@nobody": "no group and nobody is called so"}, []),
    "refused": not_all_invited(
        7, by_setting("sev 1"), {}, [("U0GONE", "user_not_found"), ("U0ODD", "odd_error")]
    ),
    "many": not_all_invited(
        7,
        by_setting("sev1"),
        {"`<!channel>`": "3 people are called so"},
        [(f"U{n}", "cant_invite") for n in range(25)],
    ),
    "private": nobody_invited(7, by_setting("sev1")),
    "route": nobody_invited(7, by_route("Checkout `pages` <!here>")),
}


@pytest.mark.parametrize("name", SURFACES)
def test_a_message_is_as_its_file_has_it(name: str) -> None:
    assert_surface(GOLDEN, name, SURFACES[name])


def test_no_file_is_left_over() -> None:
    assert_none_left_over(GOLDEN, {*SURFACES})
