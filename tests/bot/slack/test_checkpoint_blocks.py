"""What is missing, as Slack gets it: see golden_checkpoint/ for all of it.

UPDATE_GOLDEN=1 writes the files anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.listeners.requests import Answer, answer_arguments
from bot.slack.blocks import checkpoint
from bot.slack.blocks.checkpoint import MOST
from bot.slack.blocks.gap_form import Asked, Origin, gap_form
from sandbox.blocks import checked_content, view_problems
from storage.vocabulary import MilestoneKind

GOLDEN = Path(__file__).parent / "golden_checkpoint"
CANVAS = "https://acme.slack.com/docs/T0ACME/F0CANVAS"
TWO = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
WORDS = "Why <!channel> & how? "
GAPS = [
    checkpoint.nothing_public("mega", "https://acme.slack.com/archives/C0OPS"),
    checkpoint.empty_section("Root <Cause>", "How did it come to this? Mark messages with :mag:.", CANVAS),
    checkpoint.empty_section("Lessons", "What went well?", None),
    checkpoint.unasked(7, Asked.SEVERITY),
    checkpoint.no_milestone(7, MilestoneKind.DETECTED, TWO, "the first alert (Grafana <b>)"),
    checkpoint.no_milestone(7, MilestoneKind.MITIGATED, None, ""),
    checkpoint.loose_item(7, 2, has_owner=False, has_due_day=False),
    checkpoint.unasked(7, Asked.OWNER),
    checkpoint.unasked(7, Asked.REVIEWERS),
    checkpoint.editor_has_notes(7, 3),
    checkpoint.may_belong(7, 1),
]
SAID: Mapping[str, Answer] = {
    "after_resolving": checkpoint.after_resolving(7, CANVAS, GAPS),
    "publish_question": checkpoint.publish_question(7, 1, CANVAS, GAPS[:1], is_bare=False, is_read=True),
    "publish_question-bare": checkpoint.publish_question(7, 2, None, GAPS[6:8], is_bare=True, is_read=False),
    "publish_question-complete": checkpoint.publish_question(7, 1, CANVAS, [], is_bare=False, is_read=True),
    "publish_question-unlisted": checkpoint.publish_question(7, 1, CANVAS, None),
    "not_published": checkpoint.not_published(7),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str) -> None:
    arguments = answer_arguments(SAID[name])
    written = json.dumps(arguments, indent=2, ensure_ascii=False) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(written, encoding="utf-8")

    checked_content(arguments)  # raises what Slack would refuse
    assert written == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {one.stem for one in GOLDEN.iterdir()} == SAID.keys()


def test_a_hundred_long_gaps_are_a_message_that_slack_takes_and_the_rest_is_counted() -> None:
    gaps = [checkpoint.empty_section(WORDS * 50, WORDS * 200, CANVAS) for _ in range(100)]

    surface = checkpoint.publish_question(7, 1, CANVAS, gaps, is_bare=True, is_read=False)

    checked_content(answer_arguments(surface))
    texts = [block["text"]["text"] for block in surface.blocks if block["type"] == "section"]
    assert sum(map(len, texts)) < 10_000
    assert sum("is empty" in text for text in texts) == MOST
    assert f"and {100 - MOST} more" in str(surface.blocks)
    assert "<!channel>" not in str(surface.blocks)


@pytest.mark.parametrize("asked", Asked)
def test_the_form_is_one_that_slack_takes(asked: Asked) -> None:
    assert view_problems(gap_form(7, Origin("C0OPS", "", asked), ["sev1", "sev2"])) == []
