"""What was deleted in Slack since, or while, a text was made that quotes it."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import readings
from storage.tables import Incident, Mark, Message, MovedMessage, TimelineEvent


async def deleted_between(
    session: AsyncSession, incident: Incident, *, after: str, until: str | None
) -> tuple[int, str | None]:
    """How many messages of these channels were deleted after one `ts` and until another, and when the last.

    Marked or not: its texts also quote links, files and deploys that nobody marked.
    """
    query = (
        select(func.count(), func.max(Message.deleted_ts))
        .select_from(Message)
        .where(
            Message.team_id == incident.team_id,
            col(Message.channel_id).in_(await readings.channels_of(session, incident)),
            col(Message.deleted_ts) > after,
        )
    )
    if until is not None:
        query = query.where(col(Message.ts) <= until, col(Message.deleted_ts) <= until)
    return (await session.exec(query)).one()


async def deleted_since(
    session: AsyncSession, incident: Incident, ts: str, *, compiled_ts: str
) -> tuple[int, str | None]:
    """How many messages that a text quotes were deleted after `ts`, and when the last, as the `ts` of that.

    It was compiled at `compiled_ts`, of what stood on the timeline and in sections.
    """
    standing_event = select(TimelineEvent.id).where(
        TimelineEvent.incident_id == incident.id,
        TimelineEvent.channel_id == Message.channel_id,
        TimelineEvent.message_ts == Message.ts,
        col(TimelineEvent.removed_at).is_(None),
    )
    standing_mark = select(Mark.id).where(
        Mark.incident_id == incident.id,
        Mark.team_id == Message.team_id,
        Mark.channel_id == Message.channel_id,
        Mark.ts == Message.ts,
        col(Mark.is_set).is_(True),
    )
    moved_away = select(MovedMessage.incident_id).where(
        MovedMessage.incident_id == incident.id,
        MovedMessage.team_id == Message.team_id,
        MovedMessage.channel_id == Message.channel_id,
        MovedMessage.ts == Message.ts,
        MovedMessage.moved_ts > compiled_ts,
    )
    # named one by one: an index is not used for what is one of several selections
    channels = await readings.channels_of(session, incident)
    found = await session.exec(
        select(func.count(), func.max(Message.deleted_ts))
        .select_from(Message)
        .where(
            Message.team_id == incident.team_id,
            col(Message.channel_id).in_(channels),
            col(Message.ts) <= compiled_ts,
            col(Message.deleted_ts) > ts,
            standing_event.exists() | standing_mark.exists() | moved_away.exists(),
        )
    )
    return found.one()
