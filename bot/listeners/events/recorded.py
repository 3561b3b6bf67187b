"""Events that go onto the record: read when they arrive, and returned from only when they are committed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.incidents.message_events import MessageEvent
from bot.listeners.scribe import Scribe

Read = Callable[[str, Mapping[str, Any]], MessageEvent | None]
"""What an event of a workspace says happened; raises `Unreadable` where that cannot be recorded."""


def recorded(scribe: Scribe, read: Read) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """A listener that records what `read` finds; what it raises, `bot.bolt` answers (`is_unreadable`)."""

    async def listener(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        message_event = read(scribe.workspace.team_id, body["event"])
        if message_event:
            await scribe.record(message_event)

    return listener
