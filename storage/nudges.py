"""When a post-mortem's owner is to be nudged: a row of the reminders, one per key, that can be moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table, delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.postmortem_tables import Reminder
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
