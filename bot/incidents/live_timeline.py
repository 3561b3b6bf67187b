"""The canvas that shows an open incident's timeline goes at once where it must not stand any more."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from storage import changes, incidents, live_timelines, outbox
from storage.surface_tables import LiveTimeline
from storage.tables import Incident
from storage.vocabulary import IncidentStatus


def may_stand(incident: Incident) -> bool:
    """In a channel shared with another company everybody would read it, so there is none."""
    return bool(incident.channel_id and incident.status == IncidentStatus.OPEN and not incident.is_ext_shared)


async def keep(session: AsyncSession, found: LiveTimeline, *, now: datetime) -> None:
    """Keep what stands in Slack now; it goes if the incident ended, or was shared, meanwhile.

    Who ends or shares it at this moment does so before, and is seen here, or after, and sees what is kept.
    """
    incident = await incidents.by_id(session, found.incident_id)
    await changes.take(session, incident)
    await live_timelines.keep(session, found)
    if not may_stand(incident):
        await end(session, incident.pk, now=now)


async def end(session: AsyncSession, incident_id: int, *, now: datetime) -> None:
    """Have it taken away, if one stands; before anything that is put into the draft's lane after this.

    The incident is locked for a change (`storage.changes.take`).
    """
    if await live_timelines.of_incident(session, incident_id):
        await outbox.ask(session, [intents.end_live_timeline(incident_id)], asked_at=now)
