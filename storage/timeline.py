"""Reading and writing the timeline and the messages it stands on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import and_, func
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from storage.advisory_lock import advisory_lock, record_of
from storage.record import EVENT, FEW, MESSAGE, MessageKey
from storage.tables import Incident, Mark, Message, Revision, TimelineEvent
from storage.vocabulary import EventKind, MarkSection

WITHOUT_PAYLOAD = defer(Message.payload, raiseload=True)  # type: ignore[arg-type]  # typed as its value
"""Leaves out the raw messages, which are large and not needed here."""

_ORDER = (col(TimelineEvent.occurred_at), col(TimelineEvent.message_ts), col(TimelineEvent.number))
"""The order in which things happened."""


@dataclass(frozen=True)
class Line:
    """A timeline event with the message it stands on, if any."""

    event: TimelineEvent
    message: Message | None


class ShownEvent(NamedTuple):
    """A timeline event as far as a draft shows it."""

    pk: int
    team_id: str
    number: int
    kind: EventKind
    channel_id: str | None
    message_ts: str | None
    occurred_at: datetime
    occurred_until: datetime | None
    is_approximate: bool
    recorded_at: datetime
    text: str | None
    author_id: str | None


class EventMessage(NamedTuple):
    """The message that an event stands on, as far as a draft shows it."""

    pk: int
    channel_id: str
    ts: str
    thread_ts: str | None
    user_id: str | None
    bot_name: str | None
    text: str
    files: list[dict[str, Any]]
    version_ts: str
    edited_by: str | None
    deleted_ts: str | None
    is_known: bool
    is_version_approximate: bool


class ShownLine(NamedTuple):
    """A line as a draft shows it: thousands of plain rows cost half of what objects of the session do."""

    event: ShownEvent
    message: EventMessage | None


def _columns(table: sa.Table, shown: Sequence[str]) -> list[sa.Column[Any]]:
    return [table.c["id" if name == "pk" else name] for name in shown]


_OF_EVENT, _OF_MESSAGE = _columns(EVENT, ShownEvent._fields), _columns(MESSAGE, EventMessage._fields)


def _with_messages(incident_id: int) -> Select[TimelineEvent, Message]:
    same_message = and_(
        col(Message.team_id) == col(TimelineEvent.team_id),
        col(Message.channel_id) == col(TimelineEvent.channel_id),
        col(Message.ts) == col(TimelineEvent.message_ts),
    )
    return (
        select(TimelineEvent, Message)
        .join(Message, same_message, isouter=True)
        .where(TimelineEvent.incident_id == incident_id)
    )


async def standing(
    session: AsyncSession, incident_id: int, part: range | None = None, kind: EventKind | None = None
) -> list[Line]:
    """The timeline, or part of it, in the order things happened; what was removed is left out.

    `kind` leaves out all other kinds.
    """
    query = _with_messages(incident_id).where(col(TimelineEvent.removed_at).is_(None))
    if kind is not None:
        query = query.where(TimelineEvent.kind == kind)
    return await _lines(session, query.order_by(*_ORDER), part)


async def newest(session: AsyncSession, incident_id: int, most: int) -> list[Line]:
    """The last things that happened of what stands on the timeline, the newest first."""
    query = _with_messages(incident_id).where(col(TimelineEvent.removed_at).is_(None))
    return await _lines(session, query.order_by(*(column.desc() for column in _ORDER)), range(most))


async def shown(session: AsyncSession, incident_id: int, *, newest: int | None = None) -> list[ShownLine]:
    """The timeline to be shown, in the order things happened; or its `newest` lines, the newest first."""
    order = _ORDER if newest is None else [column.desc() for column in _ORDER]
    query = (
        _with_messages(incident_id)
        .where(col(TimelineEvent.removed_at).is_(None))
        .with_only_columns(*_OF_EVENT, *_OF_MESSAGE, maintain_column_froms=True)
        .order_by(*order)
        .limit(newest)
    )
    rows = await (await session.connection()).execute(query)
    return [_shown(row) for row in rows]


def _shown(row: Sequence[Any]) -> ShownLine:
    event, message = row[: len(_OF_EVENT)], row[len(_OF_EVENT) :]
    has_message = message[0] is not None
    return ShownLine(ShownEvent._make(event), EventMessage._make(message) if has_message else None)


async def removed(session: AsyncSession, incident_id: int, part: range) -> list[Line]:
    """Part of what was taken off the timeline, in the order things happened."""
    query = _with_messages(incident_id).where(col(TimelineEvent.removed_at).is_not(None))
    return await _lines(session, query.order_by(*_ORDER), part)


async def _lines(
    session: AsyncSession, query: Select[TimelineEvent, Message], part: range | None
) -> list[Line]:
    query = query.options(WITHOUT_PAYLOAD)
    if part is not None:
        query = query.offset(part.start).limit(len(part))
    found = await session.exec(query)
    return [Line(event, message) for event, message in found]


async def counts(session: AsyncSession, incident_id: int) -> tuple[dict[EventKind, int], int]:
    """How many events of each kind stand on the timeline, and how many were taken off it."""
    is_removed = col(TimelineEvent.removed_at).is_not(None)
    found = await session.exec(
        select(TimelineEvent.kind, is_removed, func.count())
        .where(TimelineEvent.incident_id == incident_id)
        .group_by(col(TimelineEvent.kind), is_removed)
    )
    standing_: dict[EventKind, int] = dict.fromkeys(EventKind, 0)
    gone = 0
    for kind, was_removed, many in found:
        if was_removed:
            gone += many
        else:
            standing_[EventKind(kind)] += many
    return {kind: many for kind, many in standing_.items() if many}, gone


async def by_number(session: AsyncSession, incident_id: int, number: int) -> Line | None:
    """An event of the incident, also one that was removed."""
    found = (await session.exec(_with_messages(incident_id).where(TimelineEvent.number == number))).first()
    return Line(*found) if found else None


async def of_message(session: AsyncSession, key: MessageKey) -> TimelineEvent | None:
    """The event of a message, in whichever incident, also one that was removed."""
    team_id, channel_id, ts = key
    found = await session.exec(
        select(TimelineEvent).where(
            TimelineEvent.team_id == team_id,
            TimelineEvent.channel_id == channel_id,
            TimelineEvent.message_ts == ts,
        )
    )
    return found.first()


async def with_text(session: AsyncSession, incident_id: int, part: str) -> TimelineEvent | None:
    """The event that stands and whose own words hold these."""
    found = await session.exec(
        select(TimelineEvent)
        .where(
            TimelineEvent.incident_id == incident_id,
            col(TimelineEvent.text).contains(part, autoescape=True),
            col(TimelineEvent.removed_at).is_(None),
        )
        .order_by(col(TimelineEvent.number))
        .limit(1)
    )
    return found.first()


async def message_keys(session: AsyncSession, incident: Incident) -> set[MessageKey]:
    """The messages of the incident's channel that have an event in any incident, removed or standing."""
    found = await session.exec(
        select(TimelineEvent.team_id, TimelineEvent.channel_id, TimelineEvent.message_ts).where(
            TimelineEvent.team_id == incident.team_id, TimelineEvent.channel_id == incident.channel_id
        )
    )
    return {(team_id, channel_id, ts) for team_id, channel_id, ts in found if channel_id and ts}


async def take(session: AsyncSession, incident: Incident) -> None:
    """Lock the incident's timeline: what is read of it after this stays true until the transaction ends."""
    await advisory_lock(session, record_of(incident.team_id, incident.channel_id))


async def take_all(session: AsyncSession, several: Iterable[Incident]) -> None:
    """The same of several, in the order in which everybody takes them: nobody waits for each other."""
    for what in sorted({record_of(one.team_id, one.channel_id) for one in several}):
        await advisory_lock(session, what)


async def next_number(session: AsyncSession, incident: Incident) -> int:
    await take(session, incident)
    found = await session.exec(
        select(func.max(TimelineEvent.number)).where(TimelineEvent.incident_id == incident.id)
    )
    return (found.first() or 0) + 1


async def message(session: AsyncSession, key: MessageKey) -> Message | None:
    team_id, channel_id, ts = key
    found = await session.exec(
        select(Message).where(Message.team_id == team_id, Message.channel_id == channel_id, Message.ts == ts)
    )
    return found.first()


async def marked(
    session: AsyncSession, incident_id: int, *, without: MarkSection | None = None
) -> Sequence[tuple[Mark, Message]]:
    """Every standing mark of an incident with its message, in the order the messages were said.

    `without` leaves out the marks of one section.
    """
    query = (
        select(Mark, Message)
        .join(
            Message,
            and_(
                col(Message.team_id) == col(Mark.team_id),
                col(Message.channel_id) == col(Mark.channel_id),
                col(Message.ts) == col(Mark.ts),
            ),
        )
        .where(Mark.incident_id == incident_id, col(Mark.is_set).is_(True))
        .options(WITHOUT_PAYLOAD)
        .order_by(col(Mark.ts), col(Mark.changed_ts), col(Mark.user_id))
    )
    if without is not None:
        query = query.where(Mark.section != without)
    return (await session.exec(query)).all()


async def payloads(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """Messages as Slack sent them, as JSON, by the keys of their rows."""
    found: dict[int, str] = {}
    query = sa.select(MESSAGE.c.id, sa.cast(MESSAGE.c.payload, sa.Text))
    wanted = sorted(ids)
    for start in range(0, len(wanted), FEW):
        part = query.where(MESSAGE.c.id.in_(wanted[start : start + FEW]))
        rows = await (await session.connection()).execute(part)
        found.update((key, sent) for key, sent in rows)
    return found


async def is_marked(session: AsyncSession, event: TimelineEvent) -> bool:
    """Whether somebody's mark holds the event's message on the timeline."""
    found = await session.exec(
        select(Mark.id).where(
            Mark.team_id == event.team_id,
            Mark.channel_id == event.channel_id,
            Mark.ts == event.message_ts,
            Mark.section == MarkSection.TIMELINE,
            col(Mark.is_set).is_(True),
        )
    )
    return found.first() is not None


async def stands(session: AsyncSession, key: MessageKey) -> bool:
    """Whether a message has any place in the record: an event on the timeline, or a mark of a section."""
    team_id, channel_id, ts = key
    event = await session.exec(
        select(TimelineEvent.id).where(
            TimelineEvent.team_id == team_id,
            TimelineEvent.channel_id == channel_id,
            TimelineEvent.message_ts == ts,
            col(TimelineEvent.removed_at).is_(None),
        )
    )
    if event.first() is not None:
        return True
    mark = await session.exec(
        select(Mark.id).where(
            Mark.team_id == team_id,
            Mark.channel_id == channel_id,
            Mark.ts == ts,
            Mark.section != MarkSection.TIMELINE,
            col(Mark.is_set).is_(True),
        )
    )
    return mark.first() is not None


async def revisions(session: AsyncSession, event_id: int) -> Sequence[Revision]:
    found = await session.exec(
        select(Revision).where(Revision.event_id == event_id).order_by(col(Revision.id))
    )
    return found.all()


async def revise(
    session: AsyncSession,
    event: TimelineEvent,
    field: str,
    new: str | datetime | bool | None,
    *,
    by: str,
    at: datetime,
) -> None:
    """Change one field of an event and keep who changed it, when, from which to which."""
    old = getattr(event, field)
    if old == new:
        return
    session.add(
        Revision(
            event_id=event.pk, changed_at=at, changed_by=by, field=field, old=_as_text(old), new=_as_text(new)
        )
    )
    setattr(event, field, new)
    session.add(event)


def _as_text(value: str | datetime | bool | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value).lower()


async def latest_ts(session: AsyncSession) -> str | None:
    """The newest message of the record, by its Slack `ts`."""
    return (await session.exec(select(func.max(Message.ts)))).first()


async def newest_said(session: AsyncSession, team_id: str, channel_id: str) -> str | None:
    """The newest message of a channel by its Slack `ts`; Scribe's own are not on record."""
    found = await session.exec(
        select(func.max(Message.ts)).where(
            Message.team_id == team_id, Message.channel_id == channel_id, col(Message.is_known).is_(True)
        )
    )
    return found.first()


async def latest_reply(session: AsyncSession, root: MessageKey) -> str | None:
    """The newest known reply of a thread, by its Slack `ts`."""
    team_id, channel_id, ts = root
    found = await session.exec(
        select(func.max(Message.ts)).where(
            Message.team_id == team_id,
            Message.channel_id == channel_id,
            Message.thread_ts == ts,
            Message.ts != ts,
            col(Message.is_known).is_(True),
        )
    )
    return found.first()
