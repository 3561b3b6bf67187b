"""Reminders: rows with a due time, one per key, each of which becomes an intent once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.postmortem_tables import Reminder
from storage.upsert import insert_for
from storage.vocabulary import ReminderKind

REMINDERS = table_of(Reminder)
NOTHING: Mapping[str, str | int | None] = {}


async def remind_at(
    session: AsyncSession,
    *,
    key: str,
    kind: ReminderKind,
    incident_id: int,
    due_at: datetime,
    subject: Mapping[str, str | int | None] = NOTHING,
) -> None:
    """Have something said at that time; setting it again moves it, also when it was said before."""
    await session.flush()
    connection = await session.connection()
    statement = insert_for(connection.dialect, REMINDERS).values(
        key=key, kind=kind, incident_id=incident_id, subject=dict(subject), due_at=due_at, asked_at=None
    )
    moved = {
        name: statement.excluded[name] for name in ("kind", "incident_id", "subject", "due_at", "asked_at")
    }
    await connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=moved))


async def forget(session: AsyncSession, key: str) -> None:
    """Delete a reminder, if there is one of this key."""
    await session.flush()
    await session.exec(delete(Reminder).where(col(Reminder.key) == key))


async def take_due(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[Reminder]:
    """What is due and was not asked for yet; it is marked as asked for in the caller's transaction.

    Several replicas may look at once: each row goes to one of them.
    """
    found = await session.exec(
        select(Reminder)
        .where(col(Reminder.asked_at).is_(None), col(Reminder.due_at) <= now)
        .order_by(col(Reminder.due_at), col(Reminder.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    due = found.all()
    for reminder in due:
        reminder.asked_at = now
        session.add(reminder)
    return due


async def by_id(session: AsyncSession, reminder_id: int) -> Reminder | None:
    """A reminder as it now stands; None when it was forgotten meanwhile."""
    return await session.get(Reminder, reminder_id, populate_existing=True)
