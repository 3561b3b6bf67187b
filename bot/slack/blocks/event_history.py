"""The revisions of one timeline event, as `/timeline history 3` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import Surface, context, section
from bot.text.moments import shown

SHOWN = 20


@dataclass(frozen=True)
class ShownChange:
    """One change; `what` is inert Slack text on one line, `by` inert or None when Slack does not say who."""

    at: datetime
    by: str | None
    what: str


def event_history(number: int, text: str, changes: Sequence[ShownChange]) -> Surface:
    """What an event says now and how it came to; the latest changes where there are many."""
    head = f"*Event {number}* {text}"
    if not changes:
        nothing = f"Nothing about event {number} was changed since it was recorded."
        return Surface(nothing, [section(head), context(nothing)])
    lines = [f"{shown(one.at)}  {one.by + ' ' if one.by else ''}{one.what}" for one in changes[-SHOWN:]]
    blocks = [section(head), *(section(line) for line in lines)]
    if len(changes) > SHOWN:
        blocks.append(
            context(f"The latest {SHOWN} of {len(changes)} changes; `scribe export` holds all of them.")
        )
    return Surface(f"History of event {number}", blocks)
