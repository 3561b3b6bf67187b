"""What people were told of how an incident goes on, outside its channel as well."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.surface_tables import StatusUpdate


async def by_id(session: AsyncSession, update_id: int) -> StatusUpdate | None:
    """One update."""
    return await session.get(StatusUpdate, update_id)


async def newest(session: AsyncSession, incident_id: int) -> StatusUpdate | None:
    """The last update of an incident."""
    found = await session.exec(
        select(StatusUpdate)
        .where(StatusUpdate.incident_id == incident_id)
        .order_by(col(StatusUpdate.id).desc())
        .limit(1)
    )
    return found.first()
