"""Milestones of an incident, and what Scribe has suggested of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.tables import Dismissal, Milestone, Suggested
from storage.upsert import insert_for
from storage.vocabulary import MilestoneKind

SUGGESTED = table_of(Suggested)


async def of_kind(session: AsyncSession, incident_id: int, kind: MilestoneKind) -> Milestone | None:
    return await session.get(Milestone, (incident_id, kind))


async def keep(session: AsyncSession, milestone: Milestone) -> None:
    """Set a milestone, in place of whatever was known of it."""
    await session.merge(milestone)
    await session.flush()


async def take_back(session: AsyncSession, milestone: Milestone) -> None:
    await session.delete(milestone)
    await session.flush()


async def unanswered(session: AsyncSession, incident_id: int, kind: MilestoneKind) -> Sequence[Suggested]:
    """The suggestions of a kind that stand in the channel without an answer."""
    found = await session.exec(
        select(Suggested)
        .where(
            Suggested.incident_id == incident_id, Suggested.kind == kind, col(Suggested.settled_at).is_(None)
        )
        .order_by(col(Suggested.posted_ts))
    )
    return found.all()


async def posted(session: AsyncSession, suggested: Suggested) -> None:
    """Store which message asks about a suggestion; the first one stored stays."""
    await session.flush()
    connection = await session.connection()
    statement = insert_for(connection.dialect, SUGGESTED).on_conflict_do_nothing(
        index_elements=["incident_id", "key"]
    )
    await connection.execute(statement.values(suggested.model_dump()))


async def settle(session: AsyncSession, incident_id: int, key: str, at: datetime) -> None:
    """Note that the message of a suggestion now shows how it was answered."""
    found = await session.get(Suggested, (incident_id, key))
    if found is not None and found.settled_at is None:
        found.settled_at = at
        session.add(found)


async def declined_by(session: AsyncSession, suggested: Suggested) -> str | None:
    """Who said no to a suggestion."""
    found = await session.get(Dismissal, (suggested.incident_id, suggested.key))
    return found.dismissed_by if found else None


async def asked_before(session: AsyncSession, incident_id: int) -> frozenset[str]:
    """The keys of every suggestion that was made in the channel, answered or not."""
    found = await session.exec(select(Suggested.key).where(Suggested.incident_id == incident_id))
    return frozenset(found)
