"""What somebody does not want to be told again: suggestions, and notes of the editor."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.tables import Dismissal
from storage.upsert import insert_for

DISMISSALS = table_of(Dismissal)


async def dismiss(session: AsyncSession, incident_id: int, key: str, *, by: str, at: datetime) -> None:
    """Never show it again; a second time changes nothing."""
    await session.flush()
    connection = await session.connection()
    statement = insert_for(connection.dialect, DISMISSALS).on_conflict_do_nothing(
        index_elements=["incident_id", "key"]
    )
    await connection.execute(
        statement.values(incident_id=incident_id, key=key, dismissed_by=by, dismissed_at=at)
    )


async def take_back(session: AsyncSession, incident_id: int, key: str) -> None:
    """Show it again, if it was dismissed."""
    await session.flush()
    await session.exec(
        delete(Dismissal).where(col(Dismissal.incident_id) == incident_id, col(Dismissal.key) == key)
    )


async def of_incident(session: AsyncSession, incident_id: int) -> frozenset[str]:
    """The keys of what was dismissed in this incident."""
    found = await session.exec(select(Dismissal.key).where(Dismissal.incident_id == incident_id))
    return frozenset(found.all())
