"""Where a summary has scrolled far away, a pointer at it is asked for."""

from __future__ import annotations

from bot.clock import Clock
from bot.incidents import intents
from storage import channel_headers, outbox
from storage.database import Database

POINT_EVERY = 60.0
"""Seconds between two looks."""
FAR = 200
"""Messages after which nobody scrolls back."""


async def ask_for_pointers(database: Database, clock: Clock, team_id: str) -> None:
    """Ask the outbox to point at each summary that is far, counted in the record."""
    async with database.read() as session:
        far = await channel_headers.far_from_summary(session, team_id, FAR)
    if far:
        async with database.write() as session:
            for incident_id, after in far:
                asked = intents.post_pointer(incident_id, after)
                await outbox.ask_once(session, asked, asked_at=clock.now())
