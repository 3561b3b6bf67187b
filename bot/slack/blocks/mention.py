"""What a mention is answered that needs a press: it opens no form, and a direct message has no incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks import Surface, actions, button, section, shortened
from bot.slack.blocks.carried import packed

FORM_ACTION, WHICH_ACTION = "mention_form", "mention_which"
LONGEST_VALUE, LONGEST_LABEL = 2000, 75
MOST = 5
"""Incidents that are offered; others are named by their number."""


@dataclass(frozen=True)
class MentionWords:
    """What was said: the command, `/timeline` for example, and the words behind it."""

    command: str
    text: str


@dataclass(frozen=True)
class Choice:
    """An incident that may be meant; its title is plain text."""

    number: int
    title: str


def form_offer(number: int | None, words: MentionWords, example: str | None) -> Surface:
    """Slack opens a form for a press alone; where what was said is too long for a button, a line serves.

    `example` None: no line does the same, since nothing is done before somebody has seen the form.
    """
    value = packed(number, words)
    text = f"This takes a form. In one line: `{example}`."
    if example is None:
        text = (
            "This takes a form, which shows first what would be posted. Nothing is posted before you press."
        )
    if len(value) > LONGEST_VALUE:
        return Surface(text, [section(text)])
    return Surface(text, [section(text), actions([button(FORM_ACTION, "Open the form", value)])])


def which_incident(words: MentionWords, choices: Sequence[Choice]) -> Surface:
    """Direct messages belong to no incident."""
    if not choices:
        text = (
            "Which incident is this about? None is open that you may see; name another by its number, for "
            "example `INC-7 timeline`."
        )
        return Surface(text, [section(text)])
    text = "Which incident is this about? Choose, or say its number first, for example `INC-7 timeline`."
    buttons = [
        button(
            f"{WHICH_ACTION}_{place}",
            shortened(f"INC-{one.number} {one.title}", LONGEST_LABEL),
            packed(one.number, words),
        )
        for place, one in enumerate(choices[:MOST], start=1)
        if len(packed(one.number, words)) <= LONGEST_VALUE
    ]
    return Surface(text, [section(text), *([actions(buttons)] if buttons else [])])
