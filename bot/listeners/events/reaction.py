"""Reactions put on and taken off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.incidents.message_events import ReactionChanged
from bot.listeners.events.recorded import recorded
from bot.listeners.scribe import Scribe
from bot.slack.message_events import reaction_event_of


def listener_for(scribe: Scribe) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """What deals with a reaction event (`bot.listeners.recorded_events`)."""

    def read(team_id: str, event: Mapping[str, Any]) -> ReactionChanged | None:
        if event.get("item_user") == scribe.workspace.bot_user_id:
            return None  # what Scribe says is nobody's evidence
        return reaction_event_of(team_id, event)

    return recorded(scribe, read)
