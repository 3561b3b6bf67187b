"""Tickets of action items: asked for, filed, and what their tracker said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.ticket_tables import Ticket


async def by_id(session: AsyncSession, ticket_id: int) -> Ticket | None:
    return await session.get(Ticket, ticket_id)


async def of_item(session: AsyncSession, incident_id: int, number: int) -> Ticket | None:
    """The ticket of an action item, filed or not yet."""
    found = await session.exec(
        select(Ticket).where(Ticket.incident_id == incident_id, Ticket.number == number)
    )
    return found.first()


async def filed_of(session: AsyncSession, incident_id: int) -> Mapping[int, Ticket]:
    """The tickets of an incident that their tracker has, by the number of their item."""
    found = await session.exec(
        select(Ticket).where(Ticket.incident_id == incident_id, col(Ticket.remote_id).is_not(None))
    )
    return {one.number: one for one in found}


async def keys_of(session: AsyncSession, incident_ids: Collection[int]) -> Mapping[tuple[int, int], str]:
    """What their trackers call the tickets of these incidents, by incident and number of the item."""
    if not incident_ids:
        return {}
    found = await session.exec(
        select(Ticket.incident_id, Ticket.number, Ticket.key).where(
            col(Ticket.incident_id).in_(sorted(incident_ids)), col(Ticket.key).is_not(None)
        )
    )
    return {(incident_id, number): key or "" for incident_id, number, key in found}


async def known(
    session: AsyncSession, tracker: str, project: str | None, remote_ids: Collection[str]
) -> Sequence[Ticket]:
    """Those of these tickets that are ours; `project` None: its ids are unique in the whole tracker."""
    query = select(Ticket).where(Ticket.tracker == tracker, col(Ticket.remote_id).in_(sorted(remote_ids)))
    if project is not None:
        query = query.where(func.lower(Ticket.project) == project.lower())
    return (await session.exec(query.order_by(col(Ticket.id)))).all()


@dataclass(frozen=True)
class Unread:
    """A project of which no ticket was read since `since`, when the first of them was read last, or filed."""

    tracker: str
    project: str
    since: datetime


async def to_read(session: AsyncSession, before: datetime) -> list[Unread]:
    """The projects of which a ticket was last read, or filed, before then."""
    since = func.min(func.coalesce(Ticket.read_at, Ticket.asked_at))
    rows = await session.exec(
        select(Ticket.tracker, Ticket.project, since)
        .where(col(Ticket.remote_id).is_not(None))
        .group_by(col(Ticket.tracker), col(Ticket.project))
        .having(since < before)
        .order_by(col(Ticket.tracker), col(Ticket.project))
    )
    return [Unread(*row) for row in rows]


async def note_read(session: AsyncSession, tracker: str, project: str, at: datetime) -> None:
    """All tickets of a project were read."""
    await session.exec(
        update(Ticket)
        .where(
            col(Ticket.tracker) == tracker,
            col(Ticket.project) == project,
            col(Ticket.remote_id).is_not(None),
        )
        .values(read_at=at)
    )
