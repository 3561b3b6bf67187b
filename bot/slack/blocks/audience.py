"""Asking a post-mortem's owner for whom its draft is, where people of another company are in the channel."""

from __future__ import annotations

from bot.slack.blocks import Block, Surface, actions, button, section
from bot.slack.blocks.carried import packed
from storage.vocabulary import Audience

ACTION = "draft_audience"
LABELS = {Audience.CHANNEL: "Put it into the channel", Audience.OURS: "Canvas for our people only"}
"""The buttons, by what they choose."""


def question(number: int, channel_id: str, *, is_delivered: bool) -> Surface:
    """Before a draft goes into a shared channel; or after its channel was shared (`is_delivered`)."""
    where = f"<#{channel_id}>"
    if is_delivered:
        text = (
            f"{where} is now shared with another company, and the post-mortem draft of INC-{number} stands "
            "there: its members may read and write it. From the next draft on it can be a canvas for our "
            "own people only; the one in the channel stays until somebody deletes it there."
        )
    else:
        text = (
            f"{where} is shared with another company. The post-mortem draft of INC-{number} is ready, and "
            "nothing of it is in the channel yet. Where shall it go?"
        )
    return Surface(f"INC-{number}: for whom is the post-mortem draft?", _asking(text, number))


def chosen(number: int, channel_id: str, choice: Audience) -> Surface:
    """What was chosen; the buttons stay, since a choice may be changed."""
    where = f"<#{channel_id}>"
    if choice == Audience.OURS:
        text = (
            f"The post-mortem draft of INC-{number} is a canvas for our own members of {where} only. "
            "Its link follows here."
        )
    else:
        text = f"The post-mortem draft of INC-{number} goes into {where}, where another company reads along."
    return Surface(text, _asking(text, number))


def _asking(text: str, number: int) -> list[Block]:
    buttons: list[Block] = [
        button(f"{ACTION}_{choice}", label, packed(number)) for choice, label in LABELS.items()
    ]
    return [section(text), actions(buttons)]
