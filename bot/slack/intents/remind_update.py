"""What is said when people wait for the next update: to whoever speaks for the incident."""

from __future__ import annotations

from bot.incidents import watch
from bot.slack.blocks.watch import update_due
from bot.slack.intents.told import Told
from bot.slack.services import Services
from storage import changes, incidents
from storage.postmortem_tables import Reminder
from storage.vocabulary import COMMANDER

SPEAKING = ("communications", COMMANDER)
"""Who is asked for an update, by their role: the first that somebody has."""


async def remind_update(services: Services, reminder: Reminder) -> Told | None:
    """None once an update was posted, or the incident is over."""
    async with services.database.write() as session:
        incident = await incidents.by_id(session, reminder.incident_id)
        now = services.clock.now()
        if not await watch.ask_again(session, incident, reminder.pk, services.settings, now=now):
            return None
        due_at = incident.next_update_at
        holders = [await changes.holder(session, incident.pk, role) for role in SPEAKING]
    speaking = next((one.user_id for one in holders if one), None)
    return Told(speaking, update_due(incident.number, due_at)) if due_at else None
