"""Pages of published post-mortems: asked for, written, and found edited."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.page_tables import Page


async def by_id(session: AsyncSession, page_id: int) -> Page | None:
    return await session.get(Page, page_id)


async def of_incident(session: AsyncSession, incident_id: int) -> Sequence[Page]:
    """The pages of an incident, whatever became of them, in the order in which they were first asked for."""
    found = await session.exec(select(Page).where(Page.incident_id == incident_id).order_by(col(Page.id)))
    return found.all()


async def at_host(session: AsyncSession, incident_id: int, host: str) -> Page | None:
    """The page of an incident at a host."""
    found = await session.exec(select(Page).where(Page.incident_id == incident_id, Page.host == host))
    return found.first()
