"""Messages of one channel that are on the record of an incident of another, where somebody put them."""

from __future__ import annotations

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.postmortem_tables import ActionItem
from storage.record import MessageKey
from storage.tables import Incident, Mark, MarkVersion, Message, MessageVersion, MovedMessage, TimelineEvent


async def of_channel(session: AsyncSession, team_id: str, channel_id: str) -> list[Message]:
    """The messages of a channel that incidents of other channels have taken."""
    elsewhere = select(Incident.id).where(
        Incident.team_id == team_id,
        (col(Incident.channel_id) != channel_id) | col(Incident.channel_id).is_(None),
    )
    events = select(TimelineEvent.message_ts).where(
        TimelineEvent.team_id == team_id,
        TimelineEvent.channel_id == channel_id,
        col(TimelineEvent.incident_id).in_(elsewhere),
    )
    marks = select(Mark.ts).where(
        Mark.team_id == team_id, Mark.channel_id == channel_id, col(Mark.incident_id).in_(elsewhere)
    )
    found = await session.exec(
        select(Message).where(
            Message.team_id == team_id,
            Message.channel_id == channel_id,
            col(Message.ts).in_(events) | col(Message.ts).in_(marks),
        )
    )
    return list(found)


async def of_incident(session: AsyncSession, incident: Incident) -> list[Message]:
    """The messages that an incident has taken from channels other than its own."""
    events = select(TimelineEvent.id).where(
        TimelineEvent.incident_id == incident.pk,
        TimelineEvent.team_id == Message.team_id,
        TimelineEvent.channel_id == Message.channel_id,
        TimelineEvent.message_ts == Message.ts,
    )
    marks = select(Mark.id).where(
        Mark.incident_id == incident.pk,
        Mark.team_id == Message.team_id,
        Mark.channel_id == Message.channel_id,
        Mark.ts == Message.ts,
    )
    found = await session.exec(
        select(Message)
        .where(
            Message.team_id == incident.team_id,
            Message.channel_id != (incident.channel_id or ""),
            events.exists() | marks.exists(),
        )
        .order_by(col(Message.channel_id), col(Message.ts))
    )
    return list(found)


async def leave_link(session: AsyncSession, message: Message, text: str) -> set[int]:
    """Take a message off the record but for `text`, which links to it; returns whose record it was on.

    What people said of it in their own words stays, with the link behind.
    """
    key: MessageKey = (message.team_id, message.channel_id, message.ts)
    team_id, channel_id, ts = key
    touched: set[int] = set()
    events = await session.exec(
        select(TimelineEvent).where(
            TimelineEvent.team_id == team_id,
            TimelineEvent.channel_id == channel_id,
            TimelineEvent.message_ts == ts,
        )
    )
    for event in events:
        event.text, event.is_explicit = _with(event.text, text), True
        event.author_id = event.added_by
        event.channel_id = event.message_ts = None
        session.add(event)
        touched.add(event.incident_id)
    marks = await session.exec(
        select(Mark).where(Mark.team_id == team_id, Mark.channel_id == channel_id, Mark.ts == ts)
    )
    touched |= {mark.incident_id for mark in marks}
    items = await session.exec(
        select(ActionItem).where(
            col(ActionItem.incident_id).in_(touched),
            ActionItem.channel_id == channel_id,
            ActionItem.message_ts == ts,
        )
    )
    for item in items:
        item.text = _with(item.text, text)
        item.channel_id = item.message_ts = None
        session.add(item)
    await session.flush()
    for table in (Mark, MarkVersion, MovedMessage, MessageVersion, Message):
        await session.exec(
            delete(table).where(
                col(table.team_id) == team_id, col(table.channel_id) == channel_id, col(table.ts) == ts
            )
        )
    return touched


def _with(said: str | None, link: str) -> str:
    return f"{said} ({link})" if said else link
