"""What is asked where nobody has written in an open incident for hours."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import watch
from bot.slack.blocks.watch import silence as silence_surface
from bot.slack.intents.told import Told
from bot.slack.services import Services
from storage import incidents
from storage.postmortem_tables import Reminder


async def ask_about_silence(services: Services, reminder: Reminder) -> Told | None:
    """None where somebody wrote meanwhile, or was asked about this silence before."""
    after = services.settings.silent_after
    async with services.database.write() as session:
        incident = await incidents.by_id(session, reminder.incident_id)
        found = await watch.silent(session, incident, reminder.pk, after, now=services.clock.now())
    if found is None or after is None:
        return None

    async def note(session: AsyncSession) -> None:
        await watch.asked_about(session, reminder.pk, found, after, now=services.clock.now())

    return Told(None, silence_surface(incident.number, found.since, after), note)
