"""Shortcuts: the entries of a message's menu, and the workspace's own. Each opens a form."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.scribe import Scribe
from bot.listeners.shortcuts import (
    add_action_item,
    add_to_timeline,
    declare_from_message,
    declare_incident,
    put_into_section,
)


def register(app: AsyncApp, scribe: Scribe) -> None:
    add_to_timeline.register(app, scribe)
    add_action_item.register(app, scribe)
    put_into_section.register(app, scribe)
    declare_from_message.register(app, scribe)
    declare_incident.register(app, scribe)
