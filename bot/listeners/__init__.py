"""What Slack tells Scribe. A listener reads it, calls one function, and answers; it holds no rules."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners import actions, commands, events, shortcuts, views
from bot.listeners.scribe import Scribe
from bot.listeners.whose import only_ours


def register(app: AsyncApp, scribe: Scribe) -> None:
    """Hang every listener onto the app, but for those of `bot.listeners.recorded_events`."""
    app.use(only_ours(scribe))
    events.register(app, scribe)
    commands.register(app, scribe)
    actions.register(app, scribe)
    shortcuts.register(app, scribe)
    views.register(app, scribe)
