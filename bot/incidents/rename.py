"""Giving an incident another title; the earlier ones stay in its history."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.changed import note_and_tell
from bot.incidents.declare import titled
from storage import changes
from storage.tables import Incident
from storage.vocabulary import ChangeKind

EXAMPLE = "/incident rename Checkout is down in Europe"


async def rename(session: AsyncSession, incident: Incident, title: str, *, by: str, now: datetime) -> str:
    """Change the title, and return the one before; the channel keeps its name, and a drill says it is one."""
    incident_id = await changes.take(session, incident)
    title = titled(title, is_drill=incident.is_drill)
    old = incident.title
    if old != title:
        incident.title = title
        session.add(incident)
        await note_and_tell(session, incident_id, ChangeKind.TITLE, old, title, by=by, at=now)
    return old
