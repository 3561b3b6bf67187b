"""What people change about an incident itself: its severity, zone and milestones, who holds which role.

Lock the incident (`take`) before deciding on what it says: two people who change the same thing at once then
do so one after the other, and the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock, incident_of
from storage.tables import Incident, IncidentChange, RoleHeld, StatedDuration


async def take(session: AsyncSession, incident: Incident) -> int:
    """Lock this incident for a change, and read it as it then is; its id."""
    await advisory_lock(session, incident_of(incident.pk))
    await session.refresh(incident)
    return incident.pk


def note(
    session: AsyncSession,
    incident_id: int,
    what: str,
    old: str | None,
    new: str | None,
    *,
    by: str,
    at: datetime,
) -> IncidentChange:
    """Keep that somebody changed this about an incident, in the transaction that changes it."""
    change = IncidentChange(
        incident_id=incident_id, what=what, old=old, new=new, changed_by=by, changed_at=at
    )
    session.add(change)
    return change


async def by_ids(session: AsyncSession, ids: Collection[int]) -> Sequence[IncidentChange]:
    """These changes, the earliest first."""
    found = await session.exec(
        select(IncidentChange).where(col(IncidentChange.id).in_(sorted(ids))).order_by(col(IncidentChange.id))
    )
    return found.all()


async def of_incident(
    session: AsyncSession, incident_id: int, what: str | None = None
) -> Sequence[IncidentChange]:
    """The changes of an incident, all or those of one `what`, the earliest first."""
    query = select(IncidentChange).where(IncidentChange.incident_id == incident_id)
    if what is not None:
        query = query.where(IncidentChange.what == what)
    return (await session.exec(query.order_by(col(IncidentChange.id)))).all()


async def latest(session: AsyncSession, incident_id: int, what: str) -> IncidentChange | None:
    """The last change of this about an incident."""
    found = await session.exec(
        select(IncidentChange)
        .where(IncidentChange.incident_id == incident_id, IncidentChange.what == what)
        .order_by(col(IncidentChange.id).desc())
        .limit(1)
    )
    return found.first()


async def roles(session: AsyncSession, incident_id: int) -> Sequence[RoleHeld]:
    """Who held which role from when to when, in the order they took them."""
    found = await session.exec(
        select(RoleHeld)
        .where(RoleHeld.incident_id == incident_id)
        .order_by(col(RoleHeld.since), col(RoleHeld.id))
    )
    return found.all()


async def holder(session: AsyncSession, incident_id: int, role: str) -> RoleHeld | None:
    """Who holds the role now."""
    found = await session.exec(
        select(RoleHeld)
        .where(RoleHeld.incident_id == incident_id, RoleHeld.role == role, col(RoleHeld.until).is_(None))
        .order_by(col(RoleHeld.id).desc())
        .limit(1)
    )
    return found.first()


async def stated_durations(session: AsyncSession, incident_id: int) -> Sequence[StatedDuration]:
    """The durations somebody stated, in the order they did."""
    found = await session.exec(
        select(StatedDuration)
        .where(StatedDuration.incident_id == incident_id)
        .order_by(col(StatedDuration.stated_at), col(StatedDuration.name))
    )
    return found.all()
