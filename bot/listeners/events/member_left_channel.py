"""Somebody left a channel: what its members alone may see is not theirs any more."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions import homes
from bot.listeners.scribe import Scribe


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def left(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        event = body["event"]
        scribe.permission.came_or_went(str(event.get("channel") or ""))
        await homes.bring_up_to_date(scribe.work, str(event.get("user") or ""))

    app.event("member_left_channel")(left)
