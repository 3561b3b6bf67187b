"""Buttons and menus."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.actions import timeline_page
from bot.scribe import Scribe


def register(app: AsyncApp, scribe: Scribe) -> None:
    timeline_page.register(app, scribe)
