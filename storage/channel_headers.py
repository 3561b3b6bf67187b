"""What Scribe keeps true at the head of an incident's channel: topic, pin, bookmark, pointer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.surface_tables import ChannelHeader
from storage.tables import Incident, Message
from storage.vocabulary import IncidentStatus


async def of_incident(session: AsyncSession, incident_id: int) -> ChannelHeader:
    """What stands at the head of the incident's channel; nothing, where nothing was ever put there."""
    return await session.get(ChannelHeader, incident_id) or ChannelHeader(incident_id=incident_id)


async def earlier_answer(session: AsyncSession, incident: Incident) -> bool | None:
    """What people of the incident's channel said last when they were asked about the topic before."""
    found = await session.exec(
        select(ChannelHeader.may_set_topic)
        .join(Incident, col(Incident.id) == ChannelHeader.incident_id)
        .where(
            Incident.team_id == incident.team_id,
            Incident.channel_id == incident.channel_id,
            Incident.id != incident.id,
            col(ChannelHeader.may_set_topic).is_not(None),
        )
        .order_by(col(ChannelHeader.topic_asked_at).desc())
        .limit(1)
    )
    return found.first()


async def far_from_summary(session: AsyncSession, team_id: str, messages: int) -> Sequence[tuple[int, str]]:
    """The open incidents whose summary has scrolled away, and what was posted last: it, or a pointer at it.

    So many messages were said in the channel after that, replies in threads not counted.
    """
    pointer = col(ChannelHeader.pointer_ts)
    last = case((pointer > col(Incident.summary_ts), pointer), else_=col(Incident.summary_ts))
    passed = (
        select(Message.ts)
        .where(
            Message.team_id == Incident.team_id,
            Message.channel_id == Incident.channel_id,
            col(Message.ts) > last,
            col(Message.deleted_ts).is_(None),
            or_(col(Message.thread_ts).is_(None), col(Message.thread_ts) == col(Message.ts)),
        )
        .order_by(col(Message.ts))
        .limit(1)
        .offset(messages - 1)
        .correlate(Incident, ChannelHeader)
        .scalar_subquery()
    )
    found = await session.exec(
        select(col(Incident.id), last)
        .outerjoin(ChannelHeader, col(ChannelHeader.incident_id) == Incident.id)
        .where(
            Incident.team_id == team_id,
            Incident.status == IncidentStatus.OPEN,
            col(Incident.summary_ts).is_not(None),
            col(Incident.is_archived).is_(False),
            col(Incident.unreachable_since).is_(None),
            passed.is_not(None),
        )
        .order_by(col(Incident.id))
    )
    return [(incident_id, str(ts)) for incident_id, ts in found if incident_id is not None]
