"""What somebody reads who wants to take command."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.listeners.requests import Answer, answer_arguments
from bot.slack.blocks.commander import nobody_leads, somebody_leads, you_lead
from sandbox.blocks import checked_content
from tests.bot.slack.blocks.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden_commander"
TWO = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
ANSWERS: dict[str, Answer] = {
    "you": you_lead(7),
    "nobody": nobody_leads(7),
    "somebody": somebody_leads(7, "U0BEN", "Ben Okafor", TWO),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer(name: str) -> None:
    arguments = answer_arguments(ANSWERS[name])

    checked_content(arguments)
    assert_golden(GOLDEN / f"{name}.json", arguments)


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == ANSWERS.keys()


def test_a_question_about_somebody_with_the_longest_name_is_one_that_slack_takes() -> None:
    checked_content(answer_arguments(somebody_leads(10**9, "U0ANAANAANA", "N" * 400, TWO)))
