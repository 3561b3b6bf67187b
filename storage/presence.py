"""When Scribe was connected to Slack, and when it was not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock
from storage.tables import Absence, Workspace


async def note_heard(
    session: AsyncSession, team_id: str, now: datetime, *, absent_after: timedelta
) -> Absence | None:
    """Note that some Scribe is connected now; a longer silence before is kept as an absence and returned."""
    await advisory_lock(session, f"presence:{team_id}")
    workspace = await session.get(Workspace, team_id, populate_existing=True)
    if workspace is None:
        return None
    absence = None
    if workspace.heard_at and now - workspace.heard_at > absent_after:
        absence = Absence(team_id=team_id, since=workspace.heard_at, until=now)
        session.add(absence)
    workspace.heard_at = now
    session.add(workspace)
    return absence


async def absences(
    session: AsyncSession,
    team_id: str,
    channel_id: str | None = None,
    *,
    since: datetime,
    until: datetime | None,
) -> Sequence[Absence]:
    """The absences from the workspace, and from this channel, that touch a time; the earliest first."""
    of_channel = or_(col(Absence.channel_id).is_(None), col(Absence.channel_id) == channel_id)
    query = select(Absence).where(Absence.team_id == team_id, of_channel, col(Absence.until) > since)
    if until is not None:
        query = query.where(col(Absence.since) < until)
    return (await session.exec(query.order_by(col(Absence.since)))).all()
