"""What every way in which Slack's requests come (a socket, HTTP) has in common."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from slack_bolt.response import BoltResponse


class CannotListen(Exception):
    """An address cannot be listened on; the text is one sentence for the person who starts Scribe."""


EVENT, COMMAND, INTERACTION = "events_api", "slash_commands", "interactive"
"""What Slack's requests are, as Socket Mode calls them."""


@dataclass(frozen=True)
class SlackRequest:
    """An event, a command or an interaction, as Slack's payload has it; the same by whichever way it came."""

    type: str
    body: dict[str, Any]

    @property
    def is_event(self) -> bool:
        return self.type == EVENT


Reply = Callable[[BoltResponse | None], Awaitable[None]]
"""Tells Slack the answer; None acknowledges nothing, so that an event comes again."""

Take = Callable[[SlackRequest, Reply], Awaitable[None]]
"""Deals with a request and replies to it; returns after that."""


class Transport(Protocol):
    """A way in which requests come."""

    async def open(self) -> None:
        """Let requests in."""

    async def is_open(self) -> bool:
        """Whether requests can come in now."""

    async def close(self) -> None:
        """Let the replies under way out, and nothing in."""


def payload_of(response: BoltResponse) -> dict[str, Any] | None:
    """The JSON object that a response answers with; text is what is shown to the person. None: nothing."""
    if not response.body:
        return None
    if response.headers.get("content-type", [""])[0].startswith("application/json"):
        try:
            payload = json.loads(response.body)
        except ValueError:  # Bolt takes every text that begins with a brace for JSON
            payload = None
        if isinstance(payload, dict):
            return payload
    return {"text": response.body}
