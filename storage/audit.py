"""The audit log: who carried out what, when, and by which door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.audit_tables import AuditEntry
from storage.tables import Incident
from storage.teams import EVERY_TEAM, Teams
from storage.vocabulary import Door


@dataclass(frozen=True)
class By:
    """Who carries something out: a person's Slack id, or of the terminal the user of the machine."""

    user: str
    door: Door


def note(
    session: AsyncSession,
    by: By,
    action: str,
    *,
    at: datetime,
    team_id: str | None = None,
    number: int | None = None,
) -> None:
    """Note an action in the transaction that carries it out."""
    session.add(AuditEntry(at=at, by=by.user, door=by.door, action=action, team_id=team_id, number=number))


async def entries(
    session: AsyncSession,
    *,
    limit: int,
    number: int | None = None,
    by: str | None = None,
    since: datetime | None = None,
) -> Sequence[AuditEntry]:
    """The last entries, of one incident, person or time where that is given, the earliest first."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    if number is not None:
        query = query.where(AuditEntry.number == number)
    if by is not None:
        query = query.where(AuditEntry.by == by)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    return (await session.exec(query)).all()[::-1]


async def forget(session: AsyncSession, before: datetime, *, of: Teams = EVERY_TEAM) -> None:
    """Delete the entries of these workspaces from before then, but for those of incidents on legal hold."""
    is_held = exists().where(
        col(Incident.team_id) == AuditEntry.team_id,
        col(Incident.number) == AuditEntry.number,
        col(Incident.held_since).is_not(None),
    )
    await session.exec(
        delete(AuditEntry).where(col(AuditEntry.at) < before, of.hold(AuditEntry.team_id), ~is_held)
    )
