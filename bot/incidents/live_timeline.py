"""The canvas that shows an open incident's timeline goes at once where it must not stand any more."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from storage import live_timelines, outbox


async def end(session: AsyncSession, incident_id: int, *, now: datetime) -> None:
    """Have it taken away, if one stands; before anything that is put into the draft's lane after this."""
    if await live_timelines.of_incident(session, incident_id):
        await outbox.ask(session, [intents.end_live_timeline(incident_id)], asked_at=now)
