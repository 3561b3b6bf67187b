"""The messages of a channel, with who marked them and what they gathered; one query, however many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.participation import Stretch
from storage.record import EVENT, MARK, IncidentSpan, load_spans
from storage.tables import Incident, Message


class Gathered(NamedTuple):
    """A message with what it gathered; `files` and `reactions` are as Slack sent them with it.

    Slack shows reactions where a channel's history is read, and not with a message that was just said.
    `is_marked`: it has or had a mark or an event; what somebody took off again they have decided on.
    """

    ts: str
    thread_ts: str | None
    user_id: str | None
    bot_name: str | None
    text: str
    files: Sequence[Any]
    reactions: Any
    replies: int
    is_marked: bool


async def unmarked(session: AsyncSession, stretch: Stretch, *, limit: int) -> list[Gathered]:
    """The newest of a stretch that stand in Slack, at most so many; the marked ones of apps alone."""
    reply = aliased(Message)
    replies = (
        sa.select(col(reply.thread_ts).label("root_ts"), sa.func.count().label("count"))
        .where(
            col(reply.team_id) == stretch.team_id,
            col(reply.channel_id) == stretch.channel_id,
            col(reply.thread_ts).is_not(None),
            col(reply.thread_ts) != col(reply.ts),
            col(reply.deleted_ts).is_(None),
        )
        .group_by(col(reply.thread_ts))
        .subquery()
    )
    event = sa.exists().where(
        EVENT.c.team_id == Message.team_id,
        EVENT.c.channel_id == Message.channel_id,
        EVENT.c.message_ts == Message.ts,
    )
    mark = sa.exists().where(
        MARK.c.team_id == Message.team_id,
        MARK.c.channel_id == Message.channel_id,
        MARK.c.ts == Message.ts,
    )
    is_marked = sa.or_(event, mark)
    is_wanted = sa.or_(~is_marked, col(Message.bot_name).is_not(None))
    query = (
        sa.select(
            col(Message.ts),
            col(Message.thread_ts),
            col(Message.user_id),
            col(Message.bot_name),
            col(Message.text),
            col(Message.files),
            col(Message.payload)["reactions"],
            sa.func.coalesce(replies.c.count, 0),
            is_marked,
        )
        .outerjoin(replies, replies.c.root_ts == col(Message.ts))
        .where(stretch.holds(), col(Message.deleted_ts).is_(None), is_wanted)
        .order_by(col(Message.ts).desc())
        .limit(limit)
    )
    return [Gathered._make(row) for row in await (await session.connection()).execute(query)]


async def first_words(
    session: AsyncSession, stretch: Stretch, speaking: Collection[tuple[str, str]]
) -> frozenset[str]:
    """The `ts` of what each of these people, by their id, said first from a `ts` on."""
    said = [
        sa.select(sa.func.min(col(Message.ts)))
        .where(stretch.holds(), col(Message.user_id) == user_id, col(Message.ts) >= since_ts)
        .scalar_subquery()
        for user_id, since_ts in sorted(speaking)
    ]
    if not said:
        return frozenset()
    found = (await (await session.connection()).execute(sa.select(*said))).one()
    return frozenset(ts for ts in found if ts)


async def spans(session: AsyncSession, incident: Incident) -> Sequence[IncidentSpan]:
    """When each incident of this one's channel was open."""
    channel = (incident.team_id, incident.channel_id or "")
    connection = await session.connection()
    return (await connection.run_sync(load_spans, [channel])).get(channel, [])
