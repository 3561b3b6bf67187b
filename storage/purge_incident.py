"""Deleting all that is stored of one incident, for good."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, Text, and_, cast, delete, or_, tuple_
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock, incident_of, record_of
from storage.columns import table_of
from storage.postmortem_tables import ActionItem, SearchStale
from storage.tables import (
    Absence,
    Arrival,
    Incident,
    Intent,
    Mark,
    MarkVersion,
    Message,
    MessageVersion,
    MovedMessage,
    Revision,
    TimelineEvent,
    UnreadItem,
)

REFERRING = (TimelineEvent, Mark, ActionItem)
"""What keeps a message on the record of an incident."""
OF_A_MESSAGE = (MarkVersion, MovedMessage, MessageVersion, Message)
OF_A_CHANNEL = (UnreadItem, Arrival, Absence)
FEW = 200
_Place = tuple[str, str]
"""(channel_id, ts)"""


async def purge_incident(session: AsyncSession, incident: Incident) -> None:
    """Delete the incident, and the messages that are on no other incident's record, in one transaction."""
    await advisory_lock(session, incident_of(incident.pk))
    await advisory_lock(session, record_of(incident.team_id, incident.channel_id))
    places = await _places(session, incident, is_own=True) - await _places(session, incident, is_own=False)
    is_sole = await _is_sole(session, incident)
    if is_sole:
        places |= await _said_in_channel(session, incident) - await _places(session, incident, is_own=False)
    else:
        places = {place for place in places if place[0] != incident.channel_id}
    events = select(TimelineEvent.id).where(TimelineEvent.incident_id == incident.pk)
    await session.exec(delete(Revision).where(col(Revision.event_id).in_(events)))
    for table in reversed(SQLModel.metadata.sorted_tables):
        if "incident_id" in table.columns:
            await session.exec(delete(table).where(table.c.incident_id == incident.pk))
    for of_message in OF_A_MESSAGE:
        await _delete_at(session, table_of(of_message), incident.team_id, places)
    if is_sole:
        for of_channel in OF_A_CHANNEL:
            table = table_of(of_channel)
            await session.exec(delete(table).where(_in_channel(table, incident)))
    await _delete_intents(session, incident.pk)
    await session.exec(delete(Incident).where(col(Incident.id) == incident.pk))
    # its triggers have noted that it is to be indexed again
    await session.exec(delete(SearchStale).where(col(SearchStale.incident_id) == incident.pk))


async def _is_sole(session: AsyncSession, incident: Incident) -> bool:
    """Whether its channel keeps no other incident."""
    if incident.channel_id is None:
        return False
    others = select(Incident.id).where(
        Incident.team_id == incident.team_id,
        Incident.channel_id == incident.channel_id,
        Incident.id != incident.id,
    )
    return (await session.exec(others)).first() is None


async def _places(session: AsyncSession, incident: Incident, *, is_own: bool) -> set[_Place]:
    """Where the messages stand that are on its record, or on that of other incidents of its workspace."""
    found: set[_Place] = set()
    for model in REFERRING:
        table = table_of(model)
        ts = table.c.ts if "ts" in table.columns else table.c.message_ts
        of_workspace = select(Incident.id).where(Incident.team_id == incident.team_id)
        whose = table.c.incident_id == incident.pk
        query = select(table.c.channel_id, ts).where(
            ts.is_not(None), whose if is_own else ~whose, table.c.incident_id.in_(of_workspace)
        )
        found.update((str(channel_id), str(at)) for channel_id, at in await session.exec(query))
    return found


async def _said_in_channel(session: AsyncSession, incident: Incident) -> set[_Place]:
    query = select(Message.channel_id, Message.ts).where(_in_channel(table_of(Message), incident))
    return {(channel_id, ts) for channel_id, ts in await session.exec(query)}


def _in_channel(table: Table, incident: Incident) -> ColumnElement[bool]:
    return and_(table.c.team_id == incident.team_id, table.c.channel_id == incident.channel_id)


async def _delete_at(session: AsyncSession, table: Table, team_id: str, places: set[_Place]) -> None:
    wanted = sorted(places)
    for start in range(0, len(wanted), FEW):
        here = tuple_(table.c.channel_id, table.c.ts).in_(wanted[start : start + FEW])
        await session.exec(delete(table).where(table.c.team_id == team_id, here))


async def _delete_intents(session: AsyncSession, incident_id: int) -> None:
    subject = cast(Intent.subject, Text)
    query = select(Intent.id).where(
        or_(
            subject.like(f'%"incident_id": {incident_id},%'),
            subject.like(f'%"incident_id": {incident_id}}}%'),
        )
    )
    ids = list(await session.exec(query))
    for start in range(0, len(ids), FEW):
        await session.exec(delete(Intent).where(col(Intent.id).in_(ids[start : start + FEW])))
