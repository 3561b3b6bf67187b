"""What time brings: one row per key, due at a time, handed over once, whatever restarts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.postmortem_tables import Reminder
from storage.turns import turn
from storage.upsert import insert_for

REMINDERS: Table = Reminder.__table__  # type: ignore[attr-defined]
NOTHING: Mapping[str, str | int | None] = {}


async def remind_at(
    session: AsyncSession,
    *,
    key: str,
    kind: str,
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
    """Nothing is to be said of this any more."""
    await session.flush()
    await session.exec(delete(Reminder).where(col(Reminder.key) == key))


async def due(session: AsyncSession, now: datetime, limit: int) -> Sequence[Reminder]:
    """What is due and was handed to nobody yet; it is this transaction's alone, and noted as handed over."""
    await turn(session, "reminders")
    found = await session.exec(
        select(Reminder)
        .where(col(Reminder.asked_at).is_(None), Reminder.due_at <= now)
        .order_by(col(Reminder.due_at), col(Reminder.id))
        .limit(limit)
    )
    reminders = found.all()
    for reminder in reminders:
        reminder.asked_at = now
        session.add(reminder)
    return reminders
