"""What Slack does to channels, followed in every row that names them."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import readings
from storage.advisory_lock import advisory_lock, record_of
from storage.columns import table_of
from storage.record import MessageKey
from storage.surface_tables import Announcement
from storage.tables import (
    Incident,
    Intent,
    Mark,
    MarkVersion,
    Message,
    MessageVersion,
    MovedMessage,
    TimelineEvent,
    UnreadItem,
)
from storage.vocabulary import IntentName, IntentState

OF_A_CHANNEL: tuple[type[SQLModel], ...] = (
    Incident,
    Message,
    MessageVersion,
    Mark,
    MarkVersion,
    MovedMessage,
    TimelineEvent,
    UnreadItem,
)
"""The tables whose rows say `team_id` and `channel_id`."""


async def incidents_of(session: AsyncSession, team_id: str, channel_id: str) -> list[Incident]:
    """Every incident the channel keeps or kept, the oldest first."""
    found = await session.exec(
        select(Incident)
        .where(Incident.team_id == team_id, Incident.channel_id == channel_id)
        .order_by(col(Incident.id))
    )
    return list(found)


async def concerned(session: AsyncSession, incident: Incident) -> list[Incident]:
    """The incidents that may quote what this one may: its channel's, and those it took messages over from."""
    known = {incident.pk: incident}
    if incident.channel_id:
        known |= {one.pk: one for one in await incidents_of(session, incident.team_id, incident.channel_id)}
    before = select(MovedMessage.incident_id).where(
        MovedMessage.team_id == incident.team_id,
        col(MovedMessage.channel_id).in_(await readings.channels_of(session, incident)),
    )
    if ids := set(await session.exec(before.distinct())) - known.keys():
        of_workspace = select(Incident).where(Incident.team_id == incident.team_id)
        found = await session.exec(of_workspace.where(col(Incident.id).in_(sorted(ids))))
        known |= {one.pk: one for one in found}
    return [known[pk] for pk in sorted(known)]


async def change_id(session: AsyncSession, team_id: str, old: str, new: str) -> list[Incident]:
    """Give everything of a channel its new id; returns its incidents."""
    found = await incidents_of(session, team_id, old)
    for what in sorted({record_of(team_id, old), record_of(team_id, new)}):
        await advisory_lock(session, what)
    for table in OF_A_CHANNEL:
        columns = table_of(table).c
        await session.exec(
            update(table)
            .where(columns.team_id == team_id, columns.channel_id == old)
            .values(channel_id=new)
            .execution_options(synchronize_session=False)
        )
    of_workspace = select(Incident.id).where(Incident.team_id == team_id)
    await session.exec(
        update(Announcement)
        .where(col(Announcement.channel_id) == old, col(Announcement.incident_id).in_(of_workspace))
        .values(channel_id=new)
        .execution_options(synchronize_session=False)
    )
    for incident in found:
        await session.refresh(incident)
    return found


async def withdraw(
    session: AsyncSession, team_id: str, channel_id: str
) -> list[tuple[IntentName, MessageKey]]:
    """Close what waits to be told about single messages of a channel; returns each kind and message."""
    withdrawn: list[tuple[IntentName, MessageKey]] = []
    for kind in (IntentName.CONFIRM_MARK, IntentName.FETCH_MESSAGE):
        prefix = f"{kind}:{team_id}:{channel_id}:"
        found = await session.exec(
            select(Intent).where(
                Intent.state == IntentState.WAITING, col(Intent.key).startswith(prefix, autoescape=True)
            )
        )
        for intent in found:
            withdrawn.append((kind, (team_id, channel_id, intent.key.removeprefix(prefix))))
            intent.state = IntentState.SENT
            session.add(intent)
    return withdrawn
