"""What is due becomes an intent: once, whatever restarts and however many Scribes look."""

from __future__ import annotations

from bot.clock import Clock
from bot.incidents import intents
from storage import outbox, reminders
from storage.database import Database

REMIND_EVERY = 30.0
"""Seconds between two looks for what is due."""
AT_ONCE = 50


async def ask_for_reminders(database: Database, clock: Clock) -> None:
    """Ask the outbox to remind people of everything that is due."""
    while True:
        async with database.write() as session:
            now = clock.now()
            due = await reminders.take_due(session, now, limit=AT_ONCE)
            asks = [intents.remind(reminder.pk, reminder.incident_id, reminder.due_at) for reminder in due]
            await outbox.ask(session, asks, asked_at=now)
        if len(due) < AT_ONCE:
            return
