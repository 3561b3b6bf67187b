"""Events that go onto the record: read at the door, and returned from only when they are committed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.incidents.happenings import MessageHappening
from bot.scribe import Scribe

log = structlog.get_logger()

Read = Callable[[str, Mapping[str, Any]], MessageHappening | None]
"""What an event of a workspace says happened; raises what a payload with missing fields makes it raise."""


def recorded(scribe: Scribe, read: Read) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """A listener that records what `read` finds; an event that cannot be read is logged, not repeated."""

    async def listener(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        try:
            happening = read(str(body["team_id"]), body["event"])
        except (KeyError, TypeError, AttributeError) as problem:
            log.warning("event.unreadable", event_id=body.get("event_id"), why=repr(problem))
            return
        if happening:
            await scribe.recorder.record(happening)

    return listener
