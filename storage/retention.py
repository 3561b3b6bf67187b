"""Deleting raw messages that no timeline or mark needs, old rows of deliveries and sent intents, and what is
kept to change drafts in threads.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, exists, func, null, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock, record_of
from storage.postmortem_tables import Draft
from storage.tables import (
    Delivery,
    Incident,
    Intent,
    Mark,
    Message,
    MessageVersion,
    MovedMessage,
    TimelineEvent,
)
from storage.teams import EVERY_TEAM, Teams
from storage.vocabulary import IncidentStatus, IntentState


async def forget_messages(
    session: AsyncSession, before_ts: str, *, limit: int, of: Teams = EVERY_TEAM
) -> int:
    """Delete the oldest messages of these workspaces said before then that stand on no timeline, carry no
    mark and belong to the channel of no incident that is open or on legal hold, with their earlier texts;
    returns how many, at most `limit`.
    """
    event = exists().where(
        col(TimelineEvent.team_id) == Message.team_id,
        col(TimelineEvent.channel_id) == Message.channel_id,
        col(TimelineEvent.message_ts) == Message.ts,
    )
    mark = exists().where(
        col(Mark.team_id) == Message.team_id,
        col(Mark.channel_id) == Message.channel_id,
        col(Mark.ts) == Message.ts,
        col(Mark.is_set).is_(True),
    )
    is_kept = exists().where(
        col(Incident.team_id) == Message.team_id,
        col(Incident.channel_id) == Message.channel_id,
        or_(col(Incident.status) == IncidentStatus.OPEN, col(Incident.held_since).is_not(None)),
    )
    of_nobody = (
        select(Message.id, Message.team_id, Message.channel_id, Message.ts)
        .where(Message.ts < before_ts, of.hold(Message.team_id), ~event, ~mark, ~is_kept)
        .order_by(col(Message.ts))
    )
    found = (await session.exec(of_nobody.limit(limit))).all()
    for what in sorted({record_of(team_id, channel_id) for _, team_id, channel_id, _ in found}):
        await advisory_lock(session, what)
    # a mark that was put on before the lock was held is seen now
    ids = [row[0] for row in found]
    rows = (await session.exec(of_nobody.where(col(Message.id).in_(ids)))).all()
    by_channel: dict[tuple[str, str], list[str]] = {}
    for _, team_id, channel_id, ts in rows:
        by_channel.setdefault((team_id, channel_id), []).append(ts)
    for (team_id, channel_id), every_ts in by_channel.items():
        for table in (MessageVersion, MovedMessage):
            await session.exec(
                delete(table).where(
                    and_(
                        col(table.team_id) == team_id,
                        col(table.channel_id) == channel_id,
                        col(table.ts).in_(every_ts),
                    )
                )
            )
    if rows:
        await session.exec(delete(Message).where(col(Message.id).in_([row[0] for row in rows])))
    return len(rows)


async def forget_threads(session: AsyncSession, before: datetime, *, of: Teams = EVERY_TEAM) -> None:
    """Forget the words of drafts that were posted into threads before then, or asked for and never posted, so
    that nothing is taken out of these any more; of no incident that is open or on legal hold.
    """
    ended = select(Incident.id).where(
        of.hold(Incident.team_id),
        col(Incident.status) != IncidentStatus.OPEN,
        col(Incident.held_since).is_(None),
    )
    await session.exec(
        update(Draft)
        .where(
            col(Draft.posted).is_not(None),
            func.coalesce(col(Draft.delivered_at), col(Draft.asked_at)) < before,
            col(Draft.incident_id).in_(ended),
        )
        .values(posted=null())
    )


async def forget_deliveries(session: AsyncSession, before: datetime) -> None:
    """Delete the notes of commands that Slack cannot deliver again any more."""
    await session.exec(delete(Delivery).where(col(Delivery.handled_at) < before))


async def forget_sent(session: AsyncSession, before: datetime, *, of: Teams = EVERY_TEAM) -> None:
    """Delete intents of these workspaces that were sent long ago."""
    await session.exec(
        delete(Intent).where(
            col(Intent.state) == IntentState.SENT, col(Intent.sent_at) < before, of.hold(Intent.team_id)
        )
    )
