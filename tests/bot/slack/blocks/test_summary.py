"""The summary of an incident in every state, as Slack gets it: read the JSON to see what people see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SlackBlock

from bot.settings import OfflineSettings
from bot.slack.blocks import Surface
from bot.slack.blocks.carried import incident_in, subject_in
from bot.slack.blocks.summary import MENU_ACTION, Chosen, MenuChoice, Summary, state_line, summary
from bot.slack.blocks.unreachable import SHORT
from sandbox.blocks import checked_content
from storage.vocabulary import Unreachable
from tests.bot.slack.blocks.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden_summary"
EMOJI = OfflineSettings(_env_file=None).emoji_names
TWENTY_PAST_TWO = datetime(2023, 9, 10, 14, 20, tzinfo=UTC)
TWO = TWENTY_PAST_TWO - timedelta(minutes=20)
CANVAS = "https://acme.slack.com/docs/T0ACME/F0CANVAS"
LIVE = "https://acme.slack.com/docs/T0ACME/F0LIVE"
RIGHT_TO_LEFT = ("الدفع لا يعمل في المتجر " * 13)[:300]

EMPTY = Summary(
    number=7,
    title="Checkout & payments are down",
    severity=None,
    is_open=True,
    declared_at=TWENTY_PAST_TWO,
    declared_by="Ana Ferreira",
    started_at=None,
    resolved_at=None,
    resolved_by=None,
    duration=None,
    conclusion=None,
    draft_link=None,
    stage="investigating",
)
FULL = replace(
    EMPTY,
    severity="sev1",
    stage="monitoring",
    started_at=TWO,
    commander="Ben Okafor",
    others={"communications": "Zoe &lt;3", "scribe": "Ana Ferreira"},
    updated_at=TWENTY_PAST_TWO + timedelta(minutes=10),
    next_update_at=TWENTY_PAST_TWO + timedelta(minutes=40),
    timeline_link=LIVE,
)
RESOLVED = replace(
    FULL,
    is_open=False,
    resolved_at=TWENTY_PAST_TWO + timedelta(minutes=70),
    resolved_by="Ben Okafor",
    duration="1 h 30 min",
    conclusion="Rolled back; the index comes first &amp; then the feature.",
    draft_link=CANVAS,
)
STATES: Mapping[str, Summary] = {
    "empty": EMPTY,
    "since": replace(EMPTY, severity="sev1", started_at=TWO),
    "full": FULL,
    "private": replace(FULL, is_private=True),
    "drill": replace(FULL, is_drill=True, is_private=True),
    "drafted": replace(FULL, draft_link=CANVAS),
    "resolved": RESOLVED,
    "resolved-unstated": replace(
        RESOLVED, started_at=None, duration=None, conclusion=None, draft_link=None, commander=None
    ),
    "cancelled": replace(EMPTY, is_open=False, is_cancelled=True),
    "archived": replace(FULL, trouble=SHORT[Unreachable.ARCHIVED]),
    "unreachable": replace(FULL, trouble=SHORT[Unreachable.REMOVED]),
    "right-to-left": replace(FULL, title=RIGHT_TO_LEFT),
}


def posted(surface: Surface) -> dict[str, object]:
    return {"text": surface.text, "blocks": list(surface.blocks)}


def buttons(facts: Summary) -> list[str]:
    """What can be pressed."""
    (row,) = [block for block in summary(facts, EMOJI).blocks if block["type"] == "actions"]
    return [element.get("text", {}).get("text", element["action_id"]) for element in row["elements"]]


@pytest.mark.parametrize("state", STATES)
def test_the_summary(state: str) -> None:
    message = posted(summary(STATES[state], EMOJI))

    checked_content(message)  # raises what Slack would refuse
    for block in SlackBlock.parse_all(message["blocks"]):  # type: ignore[arg-type]
        block.validate_json()
    assert_golden(GOLDEN / f"{state}.json", message)


def test_no_golden_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == STATES.keys()


def test_an_open_one_always_shows_the_same_facts() -> None:
    shown = str(summary(EMPTY, EMOJI).blocks)

    for fact in (
        "Stage",
        "Severity",
        "Commander",
        "Impact began",
        "Open since",
        "Last update",
        "Next update due",
        "Canvas",
    ):
        assert f"*{fact}*\\n" in shown


def test_the_buttons_fit_the_state() -> None:
    assert buttons(RESOLVED) == ["Draft again", "Timeline", "Reopen", MENU_ACTION]
    assert buttons(STATES["cancelled"]) == ["Reopen"]


def test_taking_command_stands_out_while_nobody_leads() -> None:
    assert "'style': 'primary'" in str(summary(EMPTY, EMOJI).blocks)
    assert "'style': 'primary'" not in str(summary(FULL, EMOJI).blocks)


def test_each_button_and_choice_carries_its_incident() -> None:
    (row,) = [block for block in summary(FULL, EMOJI).blocks if block["type"] == "actions"]
    *pressed, menu = row["elements"]

    assert {incident_in(element["value"]) for element in pressed} == {7}
    assert [subject_in(one["value"], Chosen) for one in menu["options"]] == [
        (7, Chosen(choice)) for choice in MenuChoice
    ]


def test_a_title_from_right_to_left_leaves_the_number_in_its_place() -> None:
    header = summary(STATES["right-to-left"], EMOJI).blocks[0]["text"]["text"]

    assert header.startswith("INC-7: \u2068")
    assert header.endswith("…\u2069")
    assert len(header) <= 150


def test_a_summary_of_the_longest_words_is_one_that_slack_takes() -> None:
    long = replace(
        RESOLVED,
        number=999_999_999,
        title="T" * 5000,
        severity="&" * 75,
        stage="s" * 75,
        declared_by="A" * 80,
        resolved_by="B" * 80,
        conclusion="Word &amp; word. " * 3000,
        others={f"{'r' * 28}{place:02}": "N" * 80 for place in range(20)},
    )

    for facts in (long, replace(long, is_open=True, resolved_at=None)):
        checked_content(posted(summary(facts, EMOJI)))


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (EMPTY, "no severity yet · investigating · no commander yet"),
        (FULL, "sev1 · monitoring · commander Ben Okafor"),
        (STATES["drill"], "DRILL · sev1 · monitoring · commander Ben Okafor"),
        (RESOLVED, "sev1 · resolved · commander Ben Okafor"),
        (STATES["cancelled"], "no severity yet · cancelled"),
    ],
)
def test_how_it_stands_in_a_line(facts: Summary, line: str) -> None:
    assert state_line(facts) == line


@given(st.text(max_size=400), st.text(max_size=80))
def test_whatever_people_write_is_a_summary_that_slack_takes(title: str, stage: str) -> None:
    checked_content(posted(summary(replace(FULL, title=title, stage=stage), EMOJI)))
