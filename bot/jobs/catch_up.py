"""When to catch up: at each connection, and every so often while incidents are open or fresh."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import Clock
from bot.incidents import intents
from storage import incidents, outbox
from storage.database import Database

LOOK_AGAIN_EVERY = 600.0
"""Seconds between two readings of an incident's history, for what Slack gave up delivering."""
LOOKED_BACK_ON = timedelta(days=7)
"""How long after its resolution people still mark messages of an incident."""


async def ask_to_catch_up(database: Database, clock: Clock, team_id: str, *, is_thorough: bool) -> None:
    """Ask for a catch-up of every incident that is open, or was resolved lately."""
    async with database.write() as session:
        ids = await incidents.to_catch_up(session, team_id, resolved_after=clock.now() - LOOKED_BACK_ON)
        asks = [intents.catch_up(incident_id, is_thorough=is_thorough) for incident_id in ids]
        await outbox.ask(session, asks, asked_at=clock.now())
