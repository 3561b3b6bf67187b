"""Somebody opened Scribe's App Home: it is published from the record, within a moment."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions import homes
from bot.listeners.scribe import Scribe

HOME = "home"


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def opened(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        event = body["event"]
        if event.get("tab") == HOME and event.get("user"):
            is_blank = not event.get("view")  # Slack sends the view it shows, if there is one
            await homes.opened(scribe.work, str(event["user"]), is_blank=is_blank)

    app.event("app_home_opened")(opened)
