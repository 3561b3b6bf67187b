"""Messages that nobody marked and that may belong on the timeline, as `/timeline suggest` lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import Block, Surface, actions, button, context, section
from bot.slack.blocks.carried import packed
from bot.text.moments import shown

ADD_ACTION, DISMISS_ACTION = "unmarked_add", "unmarked_dismiss"
ANSWERED = "Nothing is added by itself. What is dismissed is suggested to nobody again."


@dataclass(frozen=True)
class ShownMessage:
    """A message and why it is listed; `text`, `author` and `why` are inert Slack text on one line."""

    ts: str
    said_at: datetime
    text: str
    author: str
    permalink: str
    why: Sequence[str]


@dataclass(frozen=True)
class MessageRef:
    """What a button says of its message; `is_list`: it stands in the list, which is then shown anew."""

    ts: str
    is_list: bool


def unmarked_messages(
    number: int, messages: Sequence[ShownMessage], *, more: int = 0, deploys: Sequence[Block] = ()
) -> Surface:
    """The list, in the order the messages were said; `more` follow when these are answered.

    `deploys` are the blocks of what was deployed before, which stand first.
    """
    if deploys and not messages:
        text = f"Deploys may belong on the timeline of INC-{number}"
        return Surface(text, [*deploys, context(ANSWERED)])
    if not messages:
        nothing = f"Nothing more to suggest. `/timeline INC-{number}` shows what stands on the timeline."
        return Surface(nothing, [section(nothing)])
    count = f"{len(messages)} message" + ("s" if len(messages) != 1 else "")
    head = f"*{count} that nobody marked and that may belong on the timeline of INC-{number}*"
    blocks = [
        *deploys,
        section(head),
        *message_blocks(number, messages, is_list=True),
        context(ANSWERED + (f" {more} more follow when these are answered." if more else "")),
    ]
    return Surface(f"{count} may belong on the timeline of INC-{number}", blocks)


def added(number: int) -> str:
    return f"The message is on the timeline of INC-{number}; `/timeline INC-{number}` shows it."


def dismissed(number: int) -> str:
    return f"That message is not suggested for INC-{number} again."


def message_blocks(number: int, messages: Sequence[ShownMessage], *, is_list: bool = False) -> list[Block]:
    """Three blocks for each message, the last with its buttons; also for a part of another surface."""
    blocks: list[Block] = []
    for one in messages:
        value = packed(number, MessageRef(one.ts, is_list))
        blocks += [
            section(f"{shown(one.said_at)}  {one.text} — {one.author} (<{one.permalink}|message>)"),
            context(f"Why: {' · '.join(one.why)}"),
            actions([button(ADD_ACTION, "Add to timeline", value), button(DISMISS_ACTION, "Dismiss", value)]),
        ]
    return blocks
