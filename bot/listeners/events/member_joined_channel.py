"""Somebody came into a channel: the record keeps when; an incident may have waited for Scribe itself."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.clock import said_at
from bot.incidents.actions import channels, homes
from bot.listeners.scribe import Scribe


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def joined(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        event = body["event"]
        scribe.permission.came_or_went(str(event.get("channel") or ""))
        channel_id = str(event["channel"])
        if event.get("user") == scribe.workspace.bot_user_id:
            await channels.came_in(scribe.work, channel_id)
        elif event.get("user"):
            at = said_at(str(event.get("event_ts") or body["event_time"]))
            await channels.arrived(scribe.work, channel_id, str(event["user"]), at)
            await homes.bring_up_to_date(scribe.work, str(event["user"]))

    app.event("member_joined_channel")(joined)
