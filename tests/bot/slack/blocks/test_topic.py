"""The question whose the topic of a channel is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.blocks import Surface
from bot.slack.blocks.topic import answered, topic_question
from sandbox.blocks import checked_content
from tests.bot.slack.blocks.golden import assert_golden
from tests.bot.slack.blocks.test_summary import EMPTY, FULL

GOLDEN = Path(__file__).parent / "golden_topic"
MESSAGES = {
    "none": topic_question(EMPTY, ""),
    "peoples": topic_question(FULL, "Releases of the shop &amp; its app"),
    "kept": Surface(answered(7, may=True), []),
    "left": Surface(answered(7, may=False), []),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_question(name: str) -> None:
    message = {"text": MESSAGES[name].text, "blocks": list(MESSAGES[name].blocks)}

    checked_content(message)
    assert_golden(GOLDEN / f"{name}.json", message)


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == MESSAGES.keys()


def test_a_question_in_the_longest_words_is_one_that_slack_takes() -> None:
    long = replace(FULL, severity="&" * 75, stage="<" * 75, commander="&amp;" * 400)

    surface = topic_question(long, "&amp;" * 2000)

    checked_content({"text": surface.text, "blocks": list(surface.blocks)})
