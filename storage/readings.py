"""What the record holds of a part of a channel, to compare with what Slack shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, exists, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.record import MessageKey
from storage.tables import Incident, Mark, Message, MovedMessage, TimelineEvent

FEW = 400
"""Values named in one statement; SQLite takes no more than some thousands."""


@dataclass(frozen=True)
class KnownThread:
    """What the record knows of a thread: how many replies that were not deleted, the newest reply of all, and
    whether a mark or a timeline event is about one of them.
    """

    replies: int
    newest: str
    is_on_record: bool


def _few(ts: Collection[str]) -> Iterator[list[str]]:
    wanted = sorted(ts)
    for start in range(0, len(wanted), FEW):
        yield wanted[start : start + FEW]


async def said_between(
    session: AsyncSession,
    team_id: str,
    channel_id: str,
    *,
    after: str | None,
    until: str | None,
    thread_ts: str | None,
) -> Sequence[Message]:
    """Messages after one `ts` and until another; of the channel itself, or the replies of one thread."""
    where = and_(col(Message.team_id) == team_id, col(Message.channel_id) == channel_id)
    if thread_ts is None:
        of_channel = or_(col(Message.thread_ts).is_(None), col(Message.thread_ts) == col(Message.ts))
        where = and_(where, of_channel)
    else:
        where = and_(where, col(Message.thread_ts) == thread_ts, col(Message.ts) != thread_ts)
    if after is not None:
        where = and_(where, col(Message.ts) > after)
    if until is not None:
        where = and_(where, col(Message.ts) <= until)
    return (await session.exec(select(Message).where(where).order_by(col(Message.ts)))).all()


async def messages_of(
    session: AsyncSession, team_id: str, channel_id: str, ts: Collection[str]
) -> list[Message]:
    """The messages with these `ts`."""
    found: list[Message] = []
    for some in _few(ts):
        rows = await session.exec(
            select(Message).where(
                Message.team_id == team_id,
                Message.channel_id == channel_id,
                col(Message.ts).in_(some),
            )
        )
        found += rows.all()
    return found


async def channels_of(session: AsyncSession, incident: Incident) -> list[str]:
    """The channels whose messages its texts may quote: its own, and those of what is or was on its record."""
    channels = {incident.channel_id} if incident.channel_id else set()
    for table in (TimelineEvent, Mark, MovedMessage):
        known = select(table.channel_id).where(table.incident_id == incident.pk).distinct()
        channels.update(one for one in await session.exec(known) if one)
    return sorted(channels)


async def quotable(session: AsyncSession, incident: Incident, ts: Collection[str]) -> list[Message]:
    """Those of these messages that its texts may quote: of its channel, and of others on its record."""
    found: list[Message] = []
    for channel_id in await channels_of(session, incident):
        found += await messages_of(session, incident.team_id, channel_id, ts)
    return found


async def marks_of(session: AsyncSession, team_id: str, channel_id: str, ts: Collection[str]) -> list[Mark]:
    """Every mark on the messages with these `ts`, standing or taken off."""
    found: list[Mark] = []
    for some in _few(ts):
        rows = await session.exec(
            select(Mark).where(
                Mark.team_id == team_id,
                Mark.channel_id == channel_id,
                col(Mark.ts).in_(some),
            )
        )
        found += rows.all()
    return found


async def marks_on(session: AsyncSession, key: MessageKey) -> list[Mark]:
    """Every mark on one message."""
    return await marks_of(session, key[0], key[1], [key[2]])


async def earliest_on_record(session: AsyncSession, incident: Incident) -> str | None:
    """The `ts` of the earliest message of the incident's channel that its timeline or a mark holds."""
    of_events = select(func.min(TimelineEvent.message_ts)).where(
        TimelineEvent.incident_id == incident.id, TimelineEvent.channel_id == incident.channel_id
    )
    of_marks = select(func.min(Mark.ts)).where(
        Mark.incident_id == incident.id, Mark.channel_id == incident.channel_id
    )
    found = [(await session.exec(of_events)).first(), (await session.exec(of_marks)).first()]
    return min((ts for ts in found if ts), default=None)


async def recovered(session: AsyncSession, incident: Incident, *, until_ts: str | None) -> Sequence[str]:
    """The `ts` of the messages of an incident's channel that Slack never delivered and catching up found."""
    query = select(Message.ts).where(
        Message.team_id == incident.team_id,
        Message.channel_id == incident.channel_id,
        col(Message.is_recovered).is_(True),
    )
    if until_ts is not None:
        query = query.where(col(Message.ts) < until_ts)
    return (await session.exec(query.order_by(col(Message.ts)))).all()


async def roots(
    session: AsyncSession, team_id: str, channel_id: str, *, after: str | None, until: str | None
) -> set[str]:
    """The roots, said after one `ts` and until another, of threads that the record knows replies of."""
    where = and_(
        col(Message.team_id) == team_id,
        col(Message.channel_id) == channel_id,
        col(Message.thread_ts).is_not(None),
        col(Message.thread_ts) != col(Message.ts),
        col(Message.deleted_ts).is_(None),
    )
    if after is not None:
        where = and_(where, col(Message.thread_ts) > after)
    if until is not None:
        where = and_(where, col(Message.thread_ts) <= until)
    found = await session.exec(select(Message.thread_ts).where(where).distinct())
    return {root for root in found if root}


async def threads(
    session: AsyncSession, team_id: str, channel_id: str, roots: Collection[str]
) -> dict[str, KnownThread]:
    """The threads, of those with these roots, that the record knows replies of."""
    of_event = exists().where(
        col(TimelineEvent.team_id) == Message.team_id,
        col(TimelineEvent.channel_id) == Message.channel_id,
        col(TimelineEvent.message_ts) == Message.ts,
    )
    of_mark = exists().where(
        col(Mark.team_id) == Message.team_id,
        col(Mark.channel_id) == Message.channel_id,
        col(Mark.ts) == Message.ts,
    )
    found: dict[str, KnownThread] = {}
    for some in _few(roots):
        rows = await session.exec(
            select(
                Message.thread_ts,
                func.sum(case((col(Message.deleted_ts).is_(None), 1), else_=0)),
                func.max(Message.ts),
                func.max(case((or_(of_event, of_mark), 1), else_=0)),
            )
            .where(
                Message.team_id == team_id,
                Message.channel_id == channel_id,
                col(Message.thread_ts).in_(some),
                col(Message.thread_ts) != col(Message.ts),
            )
            .group_by(col(Message.thread_ts))
        )
        for root_ts, replies, newest, is_on_record in rows:
            found[str(root_ts)] = KnownThread(int(replies), str(newest), bool(is_on_record))
    return found
