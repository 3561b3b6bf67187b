"""Somebody came into a channel; when it is Scribe itself, an incident may have waited for that."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incidents import channels
from bot.scribe import Scribe
from storage import incidents, outbox


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def joined(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        event = body["event"]
        if event.get("user") != scribe.workspace.bot_user_id:
            return
        async with scribe.database.write() as session:
            incident = await incidents.of_channel(session, str(body["team_id"]), str(event["channel"]))
            if incident:
                asks = await channels.overdue(session, incident)
                await outbox.ask(session, asks, asked_at=scribe.clock.now())

    app.event("member_joined_channel")(joined)
