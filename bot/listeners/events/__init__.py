"""Events: a listener returns, and Slack is acknowledged, only after the commit."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.events import (
    app_home_opened,
    app_mention,
    channel,
    member_joined_channel,
    member_left_channel,
    user_change,
)
from bot.listeners.scribe import Scribe


def register(app: AsyncApp, scribe: Scribe) -> None:
    """All but messages and reactions, which `bot.listeners.recorded_events` deals with."""
    member_joined_channel.register(app, scribe)
    member_left_channel.register(app, scribe)
    channel.register(app, scribe)
    user_change.register(app, scribe)
    app_mention.register(app, scribe)
    app_home_opened.register(app, scribe)
