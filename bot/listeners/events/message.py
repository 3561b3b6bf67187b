"""Messages of every kind: said, edited, deleted, shared files, alerts of bots."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.events.recorded import recorded
from bot.scribe import Scribe
from bot.slack.happenings import message_happening


def register(app: AsyncApp, scribe: Scribe) -> None:
    app.event("message")(recorded(scribe, message_happening))
