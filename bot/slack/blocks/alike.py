"""Asking somebody who declares an incident whether one that is open already is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import (
    LONGEST_SECTION,
    Block,
    Surface,
    actions,
    button,
    context,
    section,
    shortened_mrkdwn,
)
from bot.slack.blocks.carried import packed
from bot.text.moments import shown

JOIN_ACTION = "join_incident"
DECLARE_ACTION = "declare_anyway"
LONGEST_TITLE = 700
"""A button carries 2,000 characters (docs.slack.dev/reference/block-kit/block-elements/button-element)."""


@dataclass(frozen=True)
class ShownIncident:
    """An open incident; `title` is inert Slack text, `channel_id` None while its channel is being opened."""

    number: int
    title: str
    channel_id: str | None
    declared_at: datetime


def question_blocks(found: Sequence[ShownIncident]) -> list[Block]:
    """Each incident with a button that joins it."""
    asked = "Is it this one?" if len(found) == 1 else "Is it one of these?"
    return [
        section(f":mag: {asked} Nothing is declared yet."),
        *(
            {
                **section(_line(one)),
                "block_id": f"alike:{one.number}",
                "accessory": button(JOIN_ACTION, f"Join INC-{one.number}", packed(one.number)),
            }
            for one in found
        ),
    ]


def alike_question(found: Sequence[ShownIncident], declare: str) -> Surface:
    """As an answer to a command; `declare` is what the button carries that declares another one."""
    numbers = " or ".join(f"INC-{one.number}" for one in found)
    return Surface(
        f"Is it {numbers}? Nothing is declared yet.",
        [
            *question_blocks(found),
            actions([button(DECLARE_ACTION, "It is another: declare it", declare)]),
            context("Nothing is declared unless you press the button."),
        ],
    )


def joined(number: int, title: str, channel_id: str | None) -> str:
    """Where it goes on; `title` is inert Slack text."""
    where = f"in <#{channel_id}>" if channel_id else "in a channel that is being opened"
    return f"INC-{number}, *{title}*, goes on {where}, and you are invited there. Nothing else was declared."


def _line(one: ShownIncident) -> str:
    where = f" in <#{one.channel_id}>" if one.channel_id else ""
    text = f"*INC-{one.number}* {one.title}\nOpen{where}, declared {shown(one.declared_at)}"
    return shortened_mrkdwn(text, LONGEST_SECTION)
