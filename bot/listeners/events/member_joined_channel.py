"""Somebody came into a channel; when it is Scribe itself, an incident may have waited for that."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.incidents import intents
from bot.scribe import Scribe
from storage import drafts, incidents, outbox


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def joined(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        event = body["event"]
        if event.get("user") != scribe.workspace.bot_user_id:
            return
        async with scribe.database.write() as session:
            incident = await incidents.of_channel(session, str(body["team_id"]), str(event["channel"]))
            if incident and incident.id:
                asks = [intents.catch_up(incident.id)]
                if not incident.summary_ts:
                    asks.append(intents.refresh_summary(incident.id))
                for draft in await drafts.undelivered(session, incident.id):
                    asks.append(intents.deliver_draft(incident.id, draft.id or 0, None))
                await outbox.ask(session, asks, asked_at=scribe.clock.now())

    app.event("member_joined_channel")(joined)
