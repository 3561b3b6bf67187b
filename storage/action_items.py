"""Action items: adding, changing and closing them, and those that stand on a mark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock, incident_of
from storage.postmortem_tables import ActionItem
from storage.tables import Incident, Mark, Message
from storage.vocabulary import ActionItemState, IncidentStatus, MarkSection


class Found(NamedTuple):
    """An item with the message it stands on, if any."""

    item: ActionItem
    message: Message | None

    @property
    def text(self) -> str:
        """Its words as Slack text: its own, else the message's."""
        if self.item.text is not None:
            return self.item.text
        return self.message.text if self.message else ""


async def standing(
    session: AsyncSession, incident: Incident, *, state: ActionItemState | None = None
) -> list[Found]:
    """Every item that stands, or every one in this state, by its number.

    One that was marked, and of which nobody has said anything, stands as long as it is marked.
    """
    same_message = and_(
        col(Message.team_id) == incident.team_id,
        col(Message.channel_id) == col(ActionItem.channel_id),
        col(Message.ts) == col(ActionItem.message_ts),
    )
    query = (
        select(ActionItem, Message)
        .join(Message, same_message, isouter=True)
        .where(ActionItem.incident_id == incident.pk, _stands())
        .order_by(col(ActionItem.number))
    )
    if state is not None:
        query = query.where(ActionItem.state == state)
    return [Found(item, message) for item, message in await session.exec(query)]


async def open_of(
    session: AsyncSession, team_id: str, user_id: str, *, limit: int
) -> list[tuple[Found, Incident]]:
    """The open items that somebody owns, what is due first, with the incident of each."""
    same_message = and_(
        col(Message.team_id) == col(Incident.team_id),
        col(Message.channel_id) == col(ActionItem.channel_id),
        col(Message.ts) == col(ActionItem.message_ts),
    )
    query = (
        select(ActionItem, Message, Incident)
        .join(Incident, col(Incident.id) == ActionItem.incident_id)
        .join(Message, same_message, isouter=True)
        .where(
            Incident.team_id == team_id,
            Incident.status != IncidentStatus.CANCELLED,
            ActionItem.owner_id == user_id,
            ActionItem.state == ActionItemState.OPEN,
            _stands(),
        )
        .order_by(col(ActionItem.due_on).is_(None), col(ActionItem.due_on), col(ActionItem.id))
        .limit(limit)
    )
    return [(Found(item, message), incident) for item, message, incident in await session.exec(query)]


def _stands() -> ColumnElement[bool]:
    """Whether an item stands: it is somebody's own words, somebody said something of it, or it is marked."""
    is_marked = (
        select(Mark.id)
        .where(
            Mark.incident_id == ActionItem.incident_id,
            Mark.channel_id == ActionItem.channel_id,
            Mark.ts == ActionItem.message_ts,
            Mark.section == MarkSection.ACTION_ITEM,
            col(Mark.is_set),
        )
        .exists()
    )
    return or_(col(ActionItem.message_ts).is_(None), col(ActionItem.is_explicit), is_marked)


async def by_number(session: AsyncSession, incident: Incident, number: int) -> Found | None:
    """An item that stands."""
    return next((one for one in await standing(session, incident) if one.item.number == number), None)


async def of_message(session: AsyncSession, incident_id: int, channel_id: str, ts: str) -> ActionItem | None:
    """The item that stands on a message."""
    found = await session.exec(
        select(ActionItem).where(
            ActionItem.incident_id == incident_id,
            ActionItem.channel_id == channel_id,
            ActionItem.message_ts == ts,
        )
    )
    return found.first()


async def take(session: AsyncSession, incident_id: int) -> None:
    """Lock the incident's items: what is read of them after this stays true until the transaction ends."""
    await advisory_lock(session, incident_of(incident_id))


async def next_number(session: AsyncSession, incident_id: int) -> int:
    """A number for a new item; the caller holds the lock until its transaction ends."""
    await take(session, incident_id)
    found = await session.exec(
        select(func.max(ActionItem.number)).where(ActionItem.incident_id == incident_id)
    )
    return (found.first() or 0) + 1


async def adopt_marked(session: AsyncSession, incident: Incident, now: datetime) -> None:
    """Give every message that is marked as an action item, and has no item yet, one with a number.

    An item that people already changed in the incident the message belonged to before stays there.
    """
    incident_id = incident.pk
    number = await next_number(session, incident_id)
    is_elsewhere = and_(
        col(ActionItem.is_explicit).is_(True),
        col(ActionItem.incident_id).in_(
            select(Incident.id).where(
                Incident.team_id == incident.team_id, Incident.channel_id == incident.channel_id
            )
        ),
    )
    known = {
        (channel_id, ts)
        for channel_id, ts in await session.exec(
            select(ActionItem.channel_id, ActionItem.message_ts).where(
                or_(col(ActionItem.incident_id) == incident_id, is_elsewhere),
                col(ActionItem.message_ts).is_not(None),
            )
        )
    }
    for channel_id, ts, user_id in await _marked(session, incident_id):
        if (channel_id, ts) in known:
            continue
        known.add((channel_id, ts))
        session.add(
            ActionItem(
                incident_id=incident_id,
                number=number,
                channel_id=channel_id,
                message_ts=ts,
                added_by=user_id,
                added_at=now,
            )
        )
        number += 1
    await session.flush()


async def _marked(session: AsyncSession, incident_id: int) -> Sequence[tuple[str, str, str]]:
    """The channel, ts and author of every standing mark of an action item, as the messages were said."""
    found = await session.exec(
        select(Mark.channel_id, Mark.ts, Mark.user_id)
        .where(
            Mark.incident_id == incident_id,
            Mark.section == MarkSection.ACTION_ITEM,
            col(Mark.is_set).is_(True),
        )
        .order_by(col(Mark.ts), col(Mark.changed_ts), col(Mark.user_id))
    )
    return found.all()
