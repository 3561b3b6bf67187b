"""Reading what became of tickets where no hook tells: whatever a hook told is read once more, and is no news.

Reading twice reads once, so several replicas may each do it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.incidents.actions.tickets import take_tickets
from bot.slack.calls import SlackTrouble
from bot.slack.services import Services
from storage import tickets

log = structlog.get_logger()

READ_EVERY = 300.0
"""Seconds between two looks for projects that are to be read."""
READ_AFTER = timedelta(minutes=10)
"""How old a reading may be; with the look in between nobody waits for more than a quarter of an hour."""
OVERLAP = timedelta(minutes=10)
"""What is read again, since clocks differ and trackers show changes late."""


async def read_tickets(services: Services) -> None:
    """Read each project in which Scribe filed tickets; one that fails is read at the next look."""
    now = services.clock.now()
    async with services.database.read() as session:
        unread = await tickets.to_read(session, now - READ_AFTER)
    for one in unread:
        tracker = services.trackers.get(one.tracker)
        if tracker is None:
            continue
        try:
            with tracker.turn():
                seen = await tracker.changed(one.project, one.since - OVERLAP)
        except SlackTrouble as problem:
            log.warning("tickets.unread", tracker=one.tracker, why=str(problem))
            continue
        await take_tickets(services.work, one.tracker, seen)
        async with services.database.write() as session:
            await tickets.note_read(session, one.tracker, one.project, now)
