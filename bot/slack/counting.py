"""Counting the events that are committed to the record."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incidents.message_events import (
    MessageDeleted,
    MessageEvent,
    MessagePosted,
    MessageReread,
    ReactionChanged,
)
from bot.metrics import BATCH_EVENTS, BATCH_SECONDS, EVENTS_RECORDED

_NAMES: dict[type[MessageEvent], str] = {
    MessagePosted: "message",
    MessageDeleted: "deletion",
    ReactionChanged: "reaction",
    MessageReread: "reading",
}


def count_batch(message_events: Sequence[MessageEvent], seconds: float) -> None:
    """One transaction of these events was committed, which took `seconds`."""
    BATCH_EVENTS.observe(len(message_events))
    BATCH_SECONDS.observe(seconds)
    for message_event in message_events:
        EVENTS_RECORDED.add(_NAMES[type(message_event)])
