"""Reactions put on and taken off."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.events.recorded import recorded
from bot.scribe import Scribe
from bot.slack.happenings import reaction_happening


def register(app: AsyncApp, scribe: Scribe) -> None:
    listener = recorded(scribe, reaction_happening)
    app.event("reaction_added")(listener)
    app.event("reaction_removed")(listener)
