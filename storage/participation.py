"""Who took part in an incident, how much was said, and what was shared: counted by the database.

A draft needs numbers about every message of a channel and the text of few, so no message is loaded whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.tables import Arrival, Mark, Message
from storage.upsert import insert_for

ARRIVALS = table_of(Arrival)


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


class ShownMessage(NamedTuple):
    """A message as far as a draft shows it outside the timeline."""

    ts: str
    thread_ts: str | None
    user_id: str | None
    bot_name: str | None
    text: str
    version_ts: str = ""
    is_version_approximate: bool = False


class Pause(NamedTuple):
    """Two messages between which nobody said anything, by their `ts`."""

    before_ts: str
    before_thread_ts: str | None
    after_ts: str


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


async def longest_silence(session: AsyncSession, stretch: Stretch) -> Pause | None:
    """The two messages between which nobody said anything for longest, to the second."""
    ts = col(Message.ts)
    before = sa.func.lag(ts).over(order_by=ts).label("before")
    thread = sa.func.lag(col(Message.thread_ts)).over(order_by=ts).label("thread")
    pairs = sa.select(before, thread, ts.label("after")).where(stretch.holds()).subquery()
    # the seconds of a `ts` have ten digits until the year 2286
    length = _seconds(pairs.c.after) - _seconds(pairs.c.before)
    query = (
        sa.select(pairs.c.before, pairs.c.thread, pairs.c.after)
        .where(pairs.c.before.is_not(None))
        .order_by(length.desc(), pairs.c.before)
        .limit(1)
    )
    found = (await (await session.connection()).execute(query)).first()
    return Pause(*found) if found else None


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


async def was_seen(session: AsyncSession, team_id: str, channel_id: str, user_id: str) -> bool:
    """Whether somebody ever came into a channel or said something there, as far as Slack told."""
    came = sa.select(sa.literal(1)).where(
        col(Arrival.team_id) == team_id,
        col(Arrival.channel_id) == channel_id,
        col(Arrival.user_id) == user_id,
    )
    spoke = sa.select(sa.literal(1)).where(
        col(Message.team_id) == team_id,
        col(Message.channel_id) == channel_id,
        col(Message.user_id) == user_id,
    )
    query = sa.select(sa.or_(sa.exists(came), sa.exists(spoke)))
    return bool((await (await session.connection()).execute(query)).scalar_one())


async def with_links(session: AsyncSession, stretch: Stretch) -> list[tuple[str, str]]:
    """The `ts` and text of each message that holds an address, in the order they were said."""
    query = _standing(stretch, col(Message.text).like("%<http%"), Message.ts, Message.text)
    # bare pairs of texts, which the garbage collector need not follow: there may be a hundred thousand
    return [(ts, text) for ts, text in await (await session.connection()).execute(query)]


async def said_then(session: AsyncSession, stretch: Stretch, ts: Collection[str]) -> list[ShownMessage]:
    """The messages with these few `ts`."""
    return await _spoken(session, stretch, col(Message.ts).in_(ts)) if ts else []


async def with_files(
    session: AsyncSession, stretch: Stretch
) -> list[tuple[ShownMessage, Sequence[Mapping[str, object]]]]:
    """The messages with files, and those, in the order they were said."""
    has_files = sa.cast(col(Message.files), sa.Text) != "[]"
    query = _standing(stretch, has_files).add_columns(col(Message.files))
    rows = await (await session.connection()).execute(query)
    return [(ShownMessage._make(row[:-1]), row[-1]) for row in rows]


async def of_bots(session: AsyncSession, stretch: Stretch, *, limit: int) -> tuple[list[ShownMessage], int]:
    """What bots said, at most so many, and how many messages that were in all."""
    is_bot = col(Message.bot_name).is_not(None)
    count = sa.select(sa.func.count()).where(stretch.holds(), col(Message.deleted_ts).is_(None), is_bot)
    of_all: int = (await (await session.connection()).execute(count)).scalar_one()
    return await _spoken(session, stretch, is_bot, limit=limit), of_all


async def of_bots_with(session: AsyncSession, stretch: Stretch, words: Collection[str]) -> list[ShownMessage]:
    """What bots said that holds any of these words or parts of words, given in small letters."""
    text = sa.func.lower(col(Message.text))
    says = sa.or_(*(text.contains(word, autoescape=True) for word in words))
    return await _spoken(session, stretch, sa.and_(col(Message.bot_name).is_not(None), says))


async def answers(session: AsyncSession, stretch: Stretch, after: Sequence[str]) -> list[ShownMessage]:
    """The first message of a person after each of these `ts`, given in ascending order."""
    is_person = sa.and_(col(Message.bot_name).is_(None), col(Message.user_id).is_not(None))
    found: list[ShownMessage] = []
    for ts in after:
        if found and found[-1].ts > ts:
            continue  # the answer to the one before is the first after this one too
        where = sa.and_(is_person, col(Message.ts) > ts)
        answer = await _spoken(session, stretch, where, limit=1)
        if not answer:
            break
        found += answer
    return found


async def threads_of(
    session: AsyncSession, team_id: str, keys: Collection[tuple[str, str]]
) -> dict[str, str]:
    """Which of these messages, by (channel_id, ts), are part of a thread: `ts` to `thread_ts`."""
    if not keys:
        return {}
    query = sa.select(col(Message.ts), col(Message.thread_ts)).where(
        col(Message.team_id) == team_id,
        sa.or_(*(sa.and_(col(Message.channel_id) == channel, col(Message.ts) == ts) for channel, ts in keys)),
        col(Message.thread_ts).is_not(None),
    )
    rows = await (await session.connection()).execute(query)
    return {ts: thread_ts for ts, thread_ts in rows if thread_ts}


def _standing(stretch: Stretch, where: sa.ColumnElement[bool], *columns: Any) -> sa.Select[Any]:
    """The messages of this kind that were not deleted, in the order said; as `ShownMessage` by default."""
    return (
        sa.select(*(columns or (getattr(Message, name) for name in ShownMessage._fields)))
        .where(stretch.holds(), col(Message.deleted_ts).is_(None), where)
        .order_by(col(Message.ts))
    )


async def _spoken(
    session: AsyncSession, stretch: Stretch, where: sa.ColumnElement[bool], *, limit: int | None = None
) -> list[ShownMessage]:
    query = _standing(stretch, where).limit(limit)
    return [ShownMessage._make(row) for row in await (await session.connection()).execute(query)]


async def keep_arrival(session: AsyncSession, arrival: Arrival) -> None:
    """Note when somebody came; of several times, in whatever order they are told, the earliest counts."""
    connection = await session.connection()
    inserted = insert_for(connection.dialect, ARRIVALS)
    statement = inserted.on_conflict_do_update(
        index_elements=["team_id", "channel_id", "user_id"],
        set_={"joined_at": inserted.excluded.joined_at},
        where=inserted.excluded.joined_at < ARRIVALS.c.joined_at,
    )
    await connection.execute(
        statement.values(
            team_id=arrival.team_id,
            channel_id=arrival.channel_id,
            user_id=arrival.user_id,
            joined_at=arrival.joined_at,
        )
    )
