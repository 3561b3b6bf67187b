"""Asking whether to open an incident for what was said in a channel before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import Surface, actions, button, context, section, shortened_mrkdwn
from bot.text.moments import shown

ACTION = "import_here"
LONGEST_TITLE = 800
"""A button carries 2000 characters (docs.slack.dev/reference/block-kit/block-elements/button-element)."""


@dataclass(frozen=True)
class Asked:
    """What somebody asked for; it travels with the button and comes back when it is pressed.

    `trigger_id` names the command it was asked with. An empty title leaves it to Scribe.
    """

    channel_id: str
    channel_name: str
    since: datetime
    trigger_id: str
    title: str

    def packed(self) -> str:
        title = shortened_mrkdwn(self.title, LONGEST_TITLE)
        # the title last, which alone may hold anything
        return "|".join([self.channel_id, self.channel_name, self.since.isoformat(), self.trigger_id, title])

    @classmethod
    def unpacked(cls, value: str) -> Asked:
        channel_id, channel_name, since, trigger_id, title = value.split("|", 4)
        return cls(channel_id, channel_name, datetime.fromisoformat(since), trigger_id, title)


def question(asked: Asked, title: str, *, is_first: bool, ended: int | None = None) -> Surface:
    """The question, with the button that says yes.

    `title` is inert Slack text, empty where none was said. `is_first`: the channel never kept an incident;
    `ended` is the number of its last one, where that was no mistake.
    """
    named = f", *{shortened_mrkdwn(title, LONGEST_TITLE)}*," if title else ""
    lines = [
        "Nothing is recorded in this channel yet." if is_first else "No incident is open in this channel.",
        f"Shall I open an incident here{named} and take what was said since {shown(asked.since)} "
        "onto its record?",
    ]
    if ended is not None:
        instead = f"`/incident import INC-{ended} since {asked.since:%Y-%m-%d %H:%M} UTC`"
        lines.append(f"To take it onto the record of INC-{ended} instead, say {instead}.")
    text = " ".join(lines)
    opening = button(ACTION, "Open an incident here", asked.packed())
    return Surface(
        text,
        [
            section(text),
            actions([opening]),
            context("Nothing is opened unless you press the button."),
        ],
    )


def open_already(number: int, answer: str) -> str:
    """What a press says where another incident was opened since it was asked; `answer` says what was done."""
    return f"INC-{number} is open in this channel already, so I opened no other. {answer}"
