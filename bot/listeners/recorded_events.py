"""The recorder's events, which are nearly all that Slack sends: dealt with without Bolt.

Bolt takes 0.3 ms to find the listener of an event and to make what it may ask for, which is more than
reading and recording the event takes (docs/explanation/scaling.md). What Bolt would have seen to is seen to
here: events of Scribe's own are left alone, and so is what is for another workspace.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.request.internals import extract_user_id
from slack_bolt.response import BoltResponse

from bot.listeners.events import message, reaction
from bot.listeners.scribe import Scribe
from bot.listeners.whose import only_ours
from bot.slack.transport import SlackRequest

LISTENERS = {
    "message": message.listener_for,
    "reaction_added": reaction.listener_for,
    "reaction_removed": reaction.listener_for,
}
"""What deals with each kind of these events."""


class RecordedEvents:
    """Messages and reactions of one workspace; each is returned from only when it is committed."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self._only_ours = only_ours(scribe)
        self._listeners = {kind: listener_for(scribe) for kind, listener_for in LISTENERS.items()}

    def takes(self, request: SlackRequest) -> bool:
        """Whether it is one of these events."""
        event = request.body.get("event") if request.is_event else None
        kind = event.get("type") if isinstance(event, dict) else None
        return isinstance(kind, str) and kind in self._listeners

    async def answer(self, body: dict[str, Any]) -> BoltResponse:
        """Record it; what its listener raises is raised."""

        async def record() -> BoltResponse:
            await self._listeners[body["event"]["type"]](body)
            return BoltResponse(status=200)

        if self._is_own(body):
            return BoltResponse(status=200)
        return await self._only_ours(body, record)

    def _is_own(self, body: dict[str, Any]) -> bool:
        """As Bolt's `IgnoringSelfEvents` has it."""
        workspace = self._scribe.workspace
        bot_id = body["event"].get("bot_id")
        return extract_user_id(body) == workspace.bot_user_id or (
            bot_id is not None and bot_id == workspace.bot_id
        )
