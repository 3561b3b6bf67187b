"""Who took part in an incident, how much was said, and what was shared: counted by the database.

A draft needs numbers about every message of a channel and the text of few, so no message is loaded whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Arrival, Mark, Message


@dataclass(frozen=True)
class Stretch:
    """The messages of a channel from one `ts` on, until before another (None: without end)."""

    team_id: str
    channel_id: str
    since_ts: str
    until_ts: str | None

    def holds(self) -> sa.ColumnElement[bool]:
        within = sa.and_(
            col(Message.team_id) == self.team_id,
            col(Message.channel_id) == self.channel_id,
            col(Message.ts) >= self.since_ts,
            col(Message.is_known),
        )
        return sa.and_(within, col(Message.ts) < self.until_ts) if self.until_ts else within


@dataclass(frozen=True)
class Speaker:
    """Somebody who said something: how often, and when first. A bot has a name instead of an id, or both."""

    user_id: str | None
    bot_name: str | None
    messages: int
    first_ts: str


@dataclass(frozen=True)
class Spoken:
    """A message as far as a draft shows it outside the timeline."""

    ts: str
    thread_ts: str | None
    user_id: str | None
    bot_name: str | None
    text: str
    files: Sequence[Mapping[str, object]]


async def speakers(session: AsyncSession, stretch: Stretch) -> list[Speaker]:
    """Everybody who said something, in the order they first did."""
    first = sa.func.min(col(Message.ts))
    query = (
        sa.select(col(Message.user_id), col(Message.bot_name), sa.func.count(), first)
        .where(stretch.holds())
        .group_by(col(Message.user_id), col(Message.bot_name))
        .order_by(first)
    )
    rows = await (await session.connection()).execute(query)
    return [Speaker(user_id, bot_name, count, ts) for user_id, bot_name, count, ts in rows]


async def counts(session: AsyncSession, stretch: Stretch) -> tuple[int, int]:
    """How many messages there were, and how many of them were deleted since."""
    query = sa.select(sa.func.count(), sa.func.count(col(Message.deleted_ts))).where(stretch.holds())
    seen, deleted = (await (await session.connection()).execute(query)).one()
    return seen, deleted


async def longest_silence(session: AsyncSession, stretch: Stretch) -> tuple[str, str] | None:
    """The `ts` of the two messages between which nobody said anything for longest."""
    ts = col(Message.ts)
    before = sa.func.lag(ts).over(order_by=ts).label("before")
    pairs = sa.select(before, ts.label("after")).where(stretch.holds()).subquery()
    # the seconds of a `ts` have ten digits until the year 2286
    length = _seconds(pairs.c.after) - _seconds(pairs.c.before)
    query = (
        sa.select(pairs.c.before, pairs.c.after)
        .where(pairs.c.before.is_not(None))
        .order_by(length.desc(), pairs.c.before)
        .limit(1)
    )
    found = (await (await session.connection()).execute(query)).first()
    return (found[0], found[1]) if found else None


def _seconds(ts: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.substr(ts, 1, 10), sa.BigInteger)


async def marks_made(session: AsyncSession, incident_id: int) -> dict[str, int]:
    """How many standing marks each person made."""
    query = (
        sa.select(col(Mark.user_id), sa.func.count())
        .where(col(Mark.incident_id) == incident_id, col(Mark.is_set))
        .group_by(col(Mark.user_id))
    )
    rows = await (await session.connection()).execute(query)
    return {str(row[0]): int(row[1]) for row in rows}


async def arrivals(session: AsyncSession, team_id: str, channel_id: str) -> dict[str, datetime]:
    """When each person came into the channel, as far as Slack told."""
    query = (
        sa.select(col(Arrival.user_id), col(Arrival.joined_at))
        .where(col(Arrival.team_id) == team_id, col(Arrival.channel_id) == channel_id)
        .order_by(col(Arrival.joined_at), col(Arrival.user_id))
    )
    rows = await (await session.connection()).execute(query)
    return {str(row[0]): row[1] for row in rows}


async def with_links(session: AsyncSession, stretch: Stretch) -> list[Spoken]:
    """The messages that hold an address, in the order they were said."""
    return await _spoken(session, stretch, col(Message.text).like("%<http%"))


async def with_files(session: AsyncSession, stretch: Stretch) -> list[Spoken]:
    """The messages with files."""
    return await _spoken(session, stretch, sa.cast(col(Message.files), sa.Text) != "[]")


async def of_bots(session: AsyncSession, stretch: Stretch, *, limit: int) -> list[Spoken]:
    """What bots said, at most so many."""
    return await _spoken(session, stretch, col(Message.bot_name).is_not(None), limit=limit)


async def of_people(session: AsyncSession, stretch: Stretch, *, limit: int) -> list[Spoken]:
    """What people said, at most so many."""
    is_person = sa.and_(col(Message.bot_name).is_(None), col(Message.user_id).is_not(None))
    return await _spoken(session, stretch, is_person, limit=limit)


async def _spoken(
    session: AsyncSession, stretch: Stretch, where: sa.ColumnElement[bool], *, limit: int | None = None
) -> list[Spoken]:
    query = (
        sa.select(
            col(Message.ts),
            col(Message.thread_ts),
            col(Message.user_id),
            col(Message.bot_name),
            col(Message.text),
            col(Message.files),
        )
        .where(stretch.holds(), col(Message.deleted_ts).is_(None), where)
        .order_by(col(Message.ts))
        .limit(limit)
    )
    return [Spoken(*row) for row in await (await session.connection()).execute(query)]


async def keep_arrival(session: AsyncSession, arrival: Arrival) -> None:
    """Note when somebody came, unless it is known already."""
    key = (arrival.team_id, arrival.channel_id, arrival.user_id)
    if await session.get(Arrival, key) is None:
        await session.merge(arrival)
