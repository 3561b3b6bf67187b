"""For whom the drafts of an incident in a shared channel are."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock
from storage.postmortem_tables import DraftAudience
from storage.vocabulary import Audience


async def of_incident(session: AsyncSession, incident_id: int) -> DraftAudience | None:
    return await session.get(DraftAudience, incident_id)


async def note_asked(
    session: AsyncSession, incident_id: int, user_id: str, channel_id: str, at: datetime
) -> None:
    """Somebody was asked, in these direct messages; what was chosen before stands."""
    await advisory_lock(session, f"audience:{incident_id}")
    known = await session.get(DraftAudience, incident_id, populate_existing=True)
    row = known or DraftAudience(incident_id=incident_id, asked_id=user_id, asked_at=at)
    row.asked_id, row.channel_id, row.asked_at = user_id, channel_id, at
    session.add(row)


async def choose(
    session: AsyncSession, incident_id: int, choice: Audience, *, by: str, channel_id: str, at: datetime
) -> None:
    """Somebody chose; of two choices the later one holds."""
    await advisory_lock(session, f"audience:{incident_id}")
    known = await session.get(DraftAudience, incident_id, populate_existing=True)
    row = known or DraftAudience(incident_id=incident_id, asked_id=by, asked_at=at)
    row.choice, row.chosen_by, row.chosen_at, row.channel_id = choice, by, at, row.channel_id or channel_id
    session.add(row)
