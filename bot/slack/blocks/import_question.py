"""Asking whether to open an incident for what was said in a channel before."""

from __future__ import annotations

from dataclasses import replace

from bot.incidents.actions.declare import OpenAndImport
from bot.slack.blocks import Surface, actions, button, context, section, shortened_mrkdwn
from bot.slack.blocks.carried import packed
from bot.text.moments import shown

ACTION = "import_here"
LONGEST_TITLE = 800
"""A button carries 2000 characters (docs.slack.dev/reference/block-kit/block-elements/button-element)."""


def question(asked: OpenAndImport, title: str, *, is_first: bool, ended: int | None = None) -> Surface:
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
    short = replace(asked, title=shortened_mrkdwn(asked.title, LONGEST_TITLE))
    opening = button(ACTION, "Open an incident here", packed(None, short))
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
