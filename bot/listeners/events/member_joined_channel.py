"""Somebody came into a channel: the record keeps when; an incident may have waited for Scribe itself."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.clock import said_at
from bot.incidents import channels
from bot.listeners.scribe import Scribe
from storage import incidents, outbox, participation
from storage.tables import Arrival


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def joined(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        event = body["event"]
        scribe.permission.came_or_went(str(event.get("channel") or ""))
        if event.get("user") != scribe.workspace.bot_user_id:
            await _arrived(body, scribe)
            return
        async with scribe.database.write() as session:
            team_id, channel_id, now = scribe.workspace.team_id, str(event["channel"]), scribe.clock.now()
            await channels.reached(session, team_id, channel_id, now=now)
            incident = await incidents.of_channel(session, team_id, channel_id)
            if incident:
                asks = await channels.overdue(session, incident)
                await outbox.ask(session, asks, asked_at=now)

    app.event("member_joined_channel")(joined)


async def _arrived(body: dict[str, Any], scribe: Scribe) -> None:
    """Keep when somebody came into an incident's channel."""
    team_id, event = scribe.workspace.team_id, body["event"]
    channel_id = str(event["channel"])
    async with scribe.database.read() as session:
        incident = await incidents.of_channel(session, team_id, channel_id)
    if incident is None or not event.get("user"):
        return
    arrival = Arrival(
        team_id=team_id,
        channel_id=channel_id,
        user_id=str(event["user"]),
        joined_at=said_at(str(event.get("event_ts") or body["event_time"])),
    )
    async with scribe.database.write() as session:
        await participation.keep_arrival(session, arrival)
