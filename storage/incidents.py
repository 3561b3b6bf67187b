"""Reading and writing incidents and their milestones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import advisory_lock as turns
from storage.advisory_lock import advisory_lock
from storage.audit_tables import AuditEntry
from storage.tables import Incident, Milestone
from storage.vocabulary import Basis, IncidentStatus, MilestoneKind


async def of_channel(session: AsyncSession, team_id: str, channel_id: str) -> Incident | None:
    """The channel's open incident, else its newest that was no mistake, else its newest."""
    found = await session.exec(
        select(Incident)
        .where(Incident.team_id == team_id, Incident.channel_id == channel_id)
        .order_by(
            col(Incident.status) != IncidentStatus.OPEN,
            col(Incident.status) == IncidentStatus.CANCELLED,
            col(Incident.id).desc(),
        )
        .limit(1)
    )
    return found.first()


async def open_in(session: AsyncSession, team_id: str, channel_id: str) -> Incident | None:
    """The incident that is open in the channel, with the lock for opening one there."""
    await advisory_lock(session, turns.open_in(team_id, channel_id))
    found = await session.exec(
        select(Incident).where(
            Incident.team_id == team_id,
            Incident.channel_id == channel_id,
            Incident.status == IncidentStatus.OPEN,
        )
    )
    return found.first()


async def next_in_channel(session: AsyncSession, incident: Incident, *, after: datetime) -> Incident | None:
    """The first incident that was declared in the same channel after then, and was not a mistake."""
    found = await session.exec(
        select(Incident)
        .where(
            Incident.team_id == incident.team_id,
            Incident.channel_id == incident.channel_id,
            Incident.id != incident.id,
            col(Incident.declared_at) >= after,
            Incident.status != IncidentStatus.CANCELLED,
        )
        .order_by(col(Incident.declared_at), col(Incident.id))
        .limit(1)
    )
    return found.first()


async def by_id(session: AsyncSession, incident_id: int) -> Incident:
    """The incident an intent is about; it exists, since incidents are never deleted."""
    incident = await session.get(Incident, incident_id)
    if incident is None:
        raise LookupError(f"no incident with id {incident_id}")
    return incident


async def by_number(session: AsyncSession, team_id: str, number: int) -> Incident | None:
    found = await session.exec(select(Incident).where(Incident.team_id == team_id, Incident.number == number))
    return found.first()


async def of_number(session: AsyncSession, number: int) -> Sequence[Incident]:
    """The incidents of this number, of every workspace that this database has met."""
    found = await session.exec(select(Incident).where(Incident.number == number).order_by(col(Incident.id)))
    return found.all()


async def newest(
    session: AsyncSession,
    team_id: str,
    *,
    limit: int,
    user_id: str = "",
    status: IncidentStatus | None = None,
) -> Sequence[Incident]:
    """The workspace's incidents: open ones first, then the newest; those that were a mistake are left out.

    So many of those in public channels, and as many of private ones: however many there are that a reader may
    not see, they keep none of the others from them. Of private ones without a channel, as another tool's may
    be, only those that `user_id` declared.
    """
    has_channel = or_(col(Incident.channel_id).is_not(None), col(Incident.declared_by) == user_id)
    found: list[Incident] = []
    for which in (col(Incident.is_private).is_(False), and_(col(Incident.is_private), has_channel)):
        query = (
            select(Incident)
            .where(Incident.team_id == team_id, Incident.status != IncidentStatus.CANCELLED, which)
            .order_by(
                col(Incident.status) != IncidentStatus.OPEN,
                col(Incident.declared_at).desc(),
                col(Incident.number).desc(),
            )
            .limit(limit)
        )
        found += await session.exec(query.where(Incident.status == status) if status else query)
    found.sort(key=lambda one: (one.declared_at, one.number), reverse=True)
    return sorted(found, key=lambda one: one.status != IncidentStatus.OPEN)


async def open_ones(session: AsyncSession, team_id: str, *, limit: int) -> Sequence[Incident]:
    """The workspace's open incidents, the newest first."""
    found = await session.exec(
        select(Incident)
        .where(Incident.team_id == team_id, Incident.status == IncidentStatus.OPEN)
        .order_by(col(Incident.number).desc())
        .limit(limit)
    )
    return found.all()


async def declared_since(
    session: AsyncSession, team_id: str, user_id: str, since: datetime
) -> Sequence[datetime]:
    """When somebody declared their incidents after this moment, the earliest first."""
    found = await session.exec(
        select(Incident.declared_at)
        .where(
            Incident.team_id == team_id,
            Incident.declared_by == user_id,
            Incident.declared_at > since,
            col(Incident.imported_at).is_(None),
        )
        .order_by(col(Incident.declared_at))
    )
    return found.all()


async def next_number(session: AsyncSession, team_id: str) -> int:
    await advisory_lock(session, f"incident numbers:{team_id}")
    found = await session.exec(select(func.max(Incident.number)).where(Incident.team_id == team_id))
    # the number of an incident that was purged is given to no other
    ever = await session.exec(select(func.max(AuditEntry.number)).where(AuditEntry.team_id == team_id))
    return max(found.first() or 0, ever.first() or 0) + 1


async def milestones(session: AsyncSession, incident_id: int) -> dict[MilestoneKind, Milestone]:
    found = await session.exec(select(Milestone).where(Milestone.incident_id == incident_id))
    return {milestone.kind: milestone for milestone in found}


async def set_milestone(
    session: AsyncSession,
    incident_id: int,
    kind: MilestoneKind,
    at: datetime,
    *,
    basis: Basis,
    stated_by: str | None,
    stated_at: datetime,
) -> None:
    """Set a milestone, in place of an earlier statement of the same."""
    await session.merge(
        Milestone(
            incident_id=incident_id,
            kind=kind,
            at=at,
            basis=basis,
            stated_by=stated_by,
            stated_at=stated_at,
        )
    )


async def latest_declaration(session: AsyncSession) -> datetime | None:
    found = await session.exec(
        select(Incident.declared_at).order_by(col(Incident.declared_at).desc()).limit(1)
    )
    return found.first()


async def to_catch_up(session: AsyncSession, team_id: str, *, resolved_after: datetime) -> Sequence[int]:
    """One incident of each channel that can be read: the open one, else the newest if resolved after then."""
    here = and_(col(Incident.team_id) == team_id, col(Incident.channel_id).is_not(None))
    newest = select(func.max(Incident.id)).where(here).group_by(col(Incident.channel_id))
    busy = select(Incident.channel_id).where(here, Incident.status == IncidentStatus.OPEN)
    lately = select(Milestone.incident_id).where(
        Milestone.kind == MilestoneKind.RESOLVED, col(Milestone.at) > resolved_after
    )
    is_due = and_(
        col(Incident.id).in_(newest),
        col(Incident.channel_id).not_in(busy),
        col(Incident.status) == IncidentStatus.RESOLVED,
        col(Incident.id).in_(lately),
    )
    found = await session.exec(
        select(Incident.id)
        .where(
            here,
            col(Incident.is_archived).is_(False),
            or_(col(Incident.status) == IncidentStatus.OPEN, is_due),
        )
        .order_by(col(Incident.id))
    )
    return [incident_id for incident_id in found if incident_id is not None]
