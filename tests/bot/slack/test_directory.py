"""What people are called: one line of what can be seen, whatever they put into their profile."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.directory import person_of


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ({"display_name": "ana"}, "ana"),
        ({"display_name": "\u3164"}, "Ana Ferreira"),
        ({"display_name": "\u200b\u200b", "real_name": " "}, "Ana Ferreira"),
        ({"display_name": "Ana\n\tFerreira\u2028(on call)"}, "Ana Ferreira (on call)"),
        ({"display_name": "\u202eana"}, "ana"),
        ({"display_name": "👩\u200d🚒 Ana"}, "👩\u200d🚒 Ana"),
    ],
)
def test_a_name_is_one_line_that_can_be_seen(profile: dict[str, Any], name: str) -> None:
    assert person_of("T1", {"id": "U1", "real_name": "Ana Ferreira", "profile": profile}).name == name


def test_who_shows_no_name_is_called_by_their_id() -> None:
    assert person_of("T1", {"id": "U1", "name": "\u2800", "profile": {"display_name": "\u200b"}}).name == "U1"
