"""What listeners have at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.incidents.message_events import MessageEvent
from bot.slack.services import Services


@dataclass(frozen=True)
class Scribe(Services):
    """One workspace's Scribe, put together in `bot.served_workspace`.

    `record` returns when what happened is on the record.
    """

    record: Callable[[MessageEvent], Awaitable[None]]
