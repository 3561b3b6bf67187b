"""Keeping the App Homes true that people look at: whoever changes an incident has them published again.

Each is published only where it then shows something else (`bot.slack.intents.publish_home`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from storage import action_items, homes, outbox
from storage.tables import Incident

LATELY = timedelta(minutes=30)
"""How long after somebody opened their Home it is kept up to date; opening it again brings it up to date."""
MOST = 20
"""People whose Homes follow one change."""


async def follow(session: AsyncSession, team_id: str, now: datetime, *, is_secret: bool = False) -> None:
    """Bring the Homes that people opened lately up to date, in the transaction of what changed.

    `is_secret`: what they show may not be theirs to see any more, so that every one of them follows.
    """
    since, limit = (None, None) if is_secret else (now - LATELY, MOST)
    people = await homes.opened_by(session, team_id, since=since, limit=limit)
    await outbox.ask(session, [intents.publish_home(team_id, one) for one in people], asked_at=now)


async def follow_messages(session: AsyncSession, incidents: Sequence[Incident], now: datetime) -> None:
    """Bring the Homes up to date that show words of messages: those of whoever owns an item made of one."""
    for incident in incidents:
        items = [one.item for one in await action_items.standing(session, incident)]
        owners = sorted({one.owner_id for one in items if one.message_ts and one.owner_id})
        shown = [one for one in owners if await homes.shown_to(session, incident.team_id, one)]
        asks = [intents.publish_home(incident.team_id, one) for one in shown]
        await outbox.ask(session, asks, asked_at=now)
