"""An incident's post-mortem on its way from draft to published: its owner, its reviewers, its final text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock, incident_of
from storage.columns import table_of
from storage.postmortem_tables import CanvasReading, Postmortem, Publication, Reviewer
from storage.tables import Incident, RoleHeld
from storage.upsert import insert_for
from storage.vocabulary import COMMANDER, PostmortemState

POSTMORTEMS = table_of(Postmortem)


async def of_incident(session: AsyncSession, incident_id: int) -> Postmortem | None:
    """The incident's post-mortem, if a draft was ever asked for."""
    return await session.get(Postmortem, incident_id)


async def to_change(session: AsyncSession, incident_id: int) -> Postmortem | None:
    """The same, locked for a change until the transaction ends."""
    await advisory_lock(session, incident_of(incident_id))
    found = await session.exec(
        select(Postmortem)
        .where(Postmortem.incident_id == incident_id)
        .execution_options(populate_existing=True)  # it may have been read before the lock was held
    )
    return found.first()


async def ensure(session: AsyncSession, incident: Incident, *, by: str, due_at: datetime | None) -> bool:
    """Make the incident's post-mortem unless it has one; True when it was made now.

    Its owner is the commander, else whoever resolved the incident, else `by`.
    """
    await session.flush()
    owner = await commander(session, incident.pk) or incident.resolved_by or by
    connection = await session.connection()
    statement = insert_for(connection.dialect, POSTMORTEMS).on_conflict_do_nothing(
        index_elements=["incident_id"]
    )
    made = await connection.execute(
        statement.values(
            incident_id=incident.id, state=PostmortemState.DRAFT, owner_id=owner, due_at=due_at
        ).returning(POSTMORTEMS.c.incident_id)
    )
    return made.first() is not None


async def publications(session: AsyncSession, incident_id: int) -> Sequence[Publication]:
    """Every publication, the earliest first."""
    found = await session.exec(
        select(Publication)
        .where(Publication.incident_id == incident_id)
        .order_by(col(Publication.version))
        .execution_options(populate_existing=True)
    )
    return found.all()


async def commander(session: AsyncSession, incident_id: int) -> str | None:
    """Who commands the incident, or did last."""
    found = await session.exec(
        select(RoleHeld.user_id)
        .where(RoleHeld.incident_id == incident_id, RoleHeld.role == COMMANDER)
        .order_by(col(RoleHeld.until).is_not(None), col(RoleHeld.since).desc(), col(RoleHeld.id).desc())
        .limit(1)
    )
    return found.first()


async def reviewers(session: AsyncSession, incident_id: int) -> Sequence[Reviewer]:
    """Everybody who was asked to review it, in the order they were asked."""
    found = await session.exec(
        select(Reviewer)
        .where(Reviewer.incident_id == incident_id)
        .order_by(col(Reviewer.asked_at), col(Reviewer.user_id))
    )
    return found.all()


async def reviewer(session: AsyncSession, incident_id: int, user_id: str) -> Reviewer | None:
    return await session.get(Reviewer, (incident_id, user_id))


async def last_reading(session: AsyncSession, incident_id: int) -> CanvasReading | None:
    """What people had written in the incident's canvas when Scribe last read it."""
    return await session.get(CanvasReading, incident_id)


async def keep_reading(
    session: AsyncSession, incident_id: int, canvas_id: str, nodes: list[dict[str, Any]], at: datetime
) -> None:
    """Store what people wrote in a canvas, in place of what was read before."""
    last = await last_reading(session, incident_id)
    if last is None or (last.canvas_id, last.nodes) != (canvas_id, nodes):
        reading = CanvasReading(incident_id=incident_id, canvas_id=canvas_id, read_at=at, nodes=nodes)
        await session.merge(reading)
