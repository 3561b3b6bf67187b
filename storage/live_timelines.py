"""The canvases that show the timelines of open incidents."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.surface_tables import LiveTimeline
from storage.tables import Incident, TimelineEvent
from storage.vocabulary import IncidentStatus

IS_READABLE = and_(
    col(Incident.channel_id).is_not(None),
    col(Incident.is_archived).is_(False),
    col(Incident.unreachable_since).is_(None),
)


async def of_incident(session: AsyncSession, incident_id: int) -> LiveTimeline | None:
    return await session.get(LiveTimeline, incident_id)


async def keep(session: AsyncSession, found: LiveTimeline) -> None:
    """Keep what stands in Slack now, in place of what was kept before."""
    await session.merge(found)


async def forget(session: AsyncSession, incident_id: int) -> None:
    """There is none any more; one may be made again."""
    found = await session.get(LiveTimeline, incident_id)
    if found:
        await session.delete(found)


async def watched(session: AsyncSession, team_id: str) -> Sequence[int]:
    """The open incidents with an event or a canvas, in channels of ours alone that Scribe can reach."""
    something = select(TimelineEvent.id).where(
        TimelineEvent.incident_id == Incident.id, col(TimelineEvent.removed_at).is_(None)
    )
    canvas = select(LiveTimeline.incident_id).where(LiveTimeline.incident_id == Incident.id)
    found = await session.exec(
        select(Incident.id)
        .where(
            Incident.team_id == team_id,
            Incident.status == IncidentStatus.OPEN,
            col(Incident.is_ext_shared).is_(False),
            IS_READABLE,
            or_(something.exists(), canvas.exists()),
        )
        .order_by(col(Incident.id))
    )
    return [incident_id for incident_id in found if incident_id is not None]


async def left_over(session: AsyncSession, team_id: str) -> Sequence[int]:
    """Incidents whose canvas stands though they are over, or their channel is shared with another company."""
    found = await session.exec(
        select(LiveTimeline.incident_id)
        .join(Incident, col(Incident.id) == LiveTimeline.incident_id)
        .where(
            Incident.team_id == team_id,
            IS_READABLE,
            or_(col(Incident.status) != IncidentStatus.OPEN, col(Incident.is_ext_shared)),
        )
        .order_by(col(LiveTimeline.incident_id))
    )
    return found.all()
