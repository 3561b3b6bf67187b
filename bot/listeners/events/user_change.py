"""Somebody changed their name or zone."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.scribe import Scribe
from bot.text.well_formed import table


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def changed(body: dict[str, Any]) -> None:
        await scribe.directory.changed(table(body["event"].get("user")))

    app.event("user_change")(changed)
