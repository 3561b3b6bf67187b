"""What stands at the head of an incident's channel, and what its summary shows of other tables."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.surface_tables import LiveTimeline


async def live_timeline(session: AsyncSession, incident_id: int) -> LiveTimeline | None:
    """The canvas that shows the timeline while the incident goes on, if there is one."""
    return await session.get(LiveTimeline, incident_id)
