"""Who and what an incident hurt, as somebody states it; every earlier statement stays in its history."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.changed import note_and_tell
from bot.incidents.status import check_stands
from storage import changes
from storage.tables import Incident
from storage.vocabulary import ChangeKind

EXAMPLE = "/incident impact 3,000 customers could not pay for 40 minutes"


async def stated(session: AsyncSession, incident_id: int) -> str | None:
    """What is stated now."""
    last = await changes.latest(session, incident_id, ChangeKind.IMPACT)
    return last.new if last else None


async def state(
    session: AsyncSession, incident: Incident, text: str, *, by: str, now: datetime
) -> str | None:
    """State the impact, and return what was stated before; the draft has it in its section on the impact.

    Raises:
        IncidentCancelled: it was declared by mistake.
    """
    incident_id = await changes.take(session, incident)
    check_stands(incident)
    old = await stated(session, incident_id)
    if (old or "") != text:
        await note_and_tell(session, incident_id, ChangeKind.IMPACT, old, text or None, by=by, at=now)
    return old
