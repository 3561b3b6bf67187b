"""Words that are read from right to left, and characters that turn others round."""

from __future__ import annotations

import pytest

from bot.text import rich_text, slack_text
from bot.text.direction import isolated, unsteered
from bot.text.mrkdwn import KnownNames, inert, inert_line, plain

STEERING = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]


def test_words_from_right_to_left_are_isolated_and_others_stay() -> None:
    assert isolated("Checkout") == "Checkout"
    assert isolated("\u05e9\u05dc\u05d5\u05dd") == "\u2068\u05e9\u05dc\u05d5\u05dd\u2069"


@pytest.mark.parametrize("steering", STEERING)
def test_nothing_that_people_write_turns_round_what_stands_behind_it(steering: str) -> None:
    said = f"Rolled{steering} \u05e9\u05dc\u05d5\u05dd{steering} `co{steering}de`"
    element = {"type": "rich_text_section", "elements": [{"type": "text", "text": said}]}
    payload = {"text": said, "blocks": [{"type": "rich_text", "elements": [element]}]}
    rich = rich_text.rich_text(said, payload)
    assert rich is not None

    for shown in (
        unsteered(said),
        inert(said, KnownNames()),
        inert_line(said, KnownNames()),
        plain(said, KnownNames()),
        slack_text.write(rich_text.read(rich, KnownNames())),
    ):
        assert steering not in shown
        assert "Rolled" in shown
    assert isolated(said).count(steering) == ("\u2068\u2069".count(steering))
