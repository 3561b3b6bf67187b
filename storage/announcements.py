"""The thread of each incident in the channel where incidents are announced."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.surface_tables import Announcement


async def of_incident(session: AsyncSession, incident_id: int) -> Announcement | None:
    """Where the thread of an incident is; None while it has none."""
    return await session.get(Announcement, incident_id)


async def keep(session: AsyncSession, incident_id: int, channel_id: str, ts: str) -> None:
    """The thread of an incident began with this message."""
    await session.merge(Announcement(incident_id=incident_id, channel_id=channel_id, ts=ts))
