"""Reactions put on and taken off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incidents.message_events import ReactionChanged
from bot.listeners.events.recorded import recorded
from bot.listeners.scribe import Scribe
from bot.slack.message_events import reaction_event_of


def register(app: AsyncApp, scribe: Scribe) -> None:
    def read(team_id: str, event: Mapping[str, Any]) -> ReactionChanged | None:
        if event.get("item_user") == scribe.workspace.bot_user_id:
            return None  # what Scribe says is nobody's evidence
        return reaction_event_of(team_id, event)

    listener = recorded(scribe, read)
    app.event("reaction_added")(listener)
    app.event("reaction_removed")(listener)
