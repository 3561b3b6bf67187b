"""A page of the timeline, and the history of one event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import history
from bot.incidents.actor import Actor
from bot.incidents.app_edits import Course, course_of
from bot.incidents.errors import NoSuchEvent
from bot.incidents.history import EventChange
from bot.incidents.source_message import SourceMessage
from bot.incidents.unit_of_work import UnitOfWork
from bot.text.permalink import permalink
from storage import history as stored_history
from storage import timeline as stored
from storage.tables import Incident
from storage.timeline import Line
from storage.vocabulary import EventKind

PER_PAGE = 15


@dataclass(frozen=True)
class Rows:
    """Which events of a timeline are shown: a page (from 1) of all that stand, or of one kind, or of those
    that were taken off."""

    page: int = 1
    kind: EventKind | None = None
    is_removed: bool = False


@dataclass(frozen=True)
class EventView:
    """One event. Who said it is a user, an app by its name, or unknown.

    `course` is what became of what an app said, where it changed its message; `permalink` leads to the
    evidence, None where there is none any more. `source` is the message it stands on, if any.
    """

    number: int
    occurred_at: datetime
    is_approximate: bool
    text: str
    author_id: str | None
    bot_name: str | None
    permalink: str | None
    course: Course | None = None
    kind: EventKind = EventKind.MESSAGE
    occurred_until: datetime | None = None
    source: SourceMessage | None = None


@dataclass(frozen=True)
class TimelinePage:
    """The page of `rows` (from 1) of `pages`, in the order things happened.

    `counts` says how many events of each kind stand in all, `removed` how many were taken off.
    """

    number: int
    events: Sequence[EventView]
    rows: Rows
    pages: int
    counts: Mapping[EventKind, int]
    removed: int

    @property
    def count(self) -> int:
        """How many events these pages have in all."""
        return count_of(self.rows, self.counts, self.removed)


@dataclass(frozen=True)
class EventHistory:
    """An event of an incident, also one that was taken off, and everything that changed about it."""

    event: int
    text: str
    changes: Sequence[EventChange]


ALL = Rows()


def part_of(page: int, count: int) -> tuple[int, int, range]:
    """The page (from 1), or the nearest there is; how many there are; which of `count` events it shows."""
    pages = max(-(-count // PER_PAGE), 1)
    page = max(1, min(page, pages))
    start = (page - 1) * PER_PAGE
    return page, pages, range(start, min(start + PER_PAGE, count))


def count_of(rows: Rows, counts: Mapping[EventKind, int], removed: int) -> int:
    """How many events there are of such rows, on all their pages."""
    if rows.is_removed:
        return removed
    return counts.get(rows.kind, 0) if rows.kind else sum(counts.values())


async def timeline_page(work: UnitOfWork, actor: Actor, number: int | None, rows: Rows = ALL) -> TimelinePage:
    """The events of a page; a page there is none of is the nearest one."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        return await read_page(session, incident, rows, work.workspace.url)


async def read_page(
    session: AsyncSession, incident: Incident, rows: Rows, workspace_url: str
) -> TimelinePage:
    """The same, of an incident that may be shown."""
    counts, removed = await stored.counts(session, incident.pk)
    page, pages, part = part_of(rows.page, count_of(rows, counts, removed))
    if rows.is_removed:
        lines = await stored.removed(session, incident.pk, part)
    else:
        lines = await stored.standing(session, incident.pk, part, rows.kind)
    events = await events_of(session, incident, lines, workspace_url)
    return TimelinePage(incident.number, events, replace(rows, page=page), pages, counts, removed)


async def events_of(
    session: AsyncSession, incident: Incident, lines: Sequence[Line], workspace_url: str
) -> list[EventView]:
    """These lines of an incident's timeline, with what became of what apps said."""
    of_apps = {line.message.ts for line in lines if line.message and line.message.bot_name}
    earlier = await stored_history.earlier_texts(
        session, incident.team_id, incident.channel_id or "", of_apps
    )
    events = []
    for line in lines:
        message, course = line.message, None
        if message and message.bot_name and line.event.text is None and not message.deleted_ts:
            course = course_of(message.ts, [*earlier.get(message.ts, ()), message])
        events.append(_event(line, course, workspace_url))
    return events


async def event_view(work: UnitOfWork, actor: Actor, number: int | None, event: int) -> EventView:
    """An event that stands on the timeline, to be changed.

    Raises:
        NoSuchEvent: the timeline has no such event, or it was removed.
        IncidentCancelled: the incident was declared by mistake.
    """
    incident = await work.incident(actor, number, even_cancelled=False)
    async with work.reading() as session:
        line = await stored.by_number(session, incident.pk, event)
    if line is None or line.event.removed_at:
        raise NoSuchEvent(str(event))
    return _event(line, None, work.workspace.url)


async def event_history(work: UnitOfWork, actor: Actor, number: int | None, event: int) -> EventHistory:
    """What changed about an event, the earliest first.

    Raises:
        NoSuchEvent: the timeline never had such an event.
    """
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        line = await stored.by_number(session, incident.pk, event)
        if line is None:
            raise NoSuchEvent(str(event))
        found = line.event
        key = None
        if found.channel_id is not None and found.message_ts is not None:
            key = (found.team_id, found.channel_id, found.message_ts)
        past = await stored_history.past(session, found.pk, key)
    return EventHistory(event, text_of(line, names_deletion=False), history.changes(line.message, past))


def text_of(line: Line, *, names_deletion: bool = True) -> str:
    """The words of an event: its own, else its message's, else why there are none."""
    if line.event.text is not None:
        return line.event.text
    if line.message is None or not line.message.is_known:
        return "(not read from Slack yet)"
    if not line.message.deleted_ts:
        return line.message.text or "(no text)"
    if names_deletion or not line.message.text:
        return f"{line.message.text} (message deleted in Slack)".lstrip()
    return line.message.text


def _event(line: Line, course: Course | None, workspace_url: str) -> EventView:
    event, message = line.event, line.message
    return EventView(
        number=event.number,
        occurred_at=event.occurred_at,
        is_approximate=event.is_approximate,
        text=text_of(line),
        author_id=message.user_id if message else event.author_id,
        bot_name=message.bot_name if message else None,
        permalink=permalink(workspace_url, message.channel_id, message.ts, message.thread_ts)
        if message and not message.deleted_ts
        else None,
        course=course,
        kind=event.kind,
        occurred_until=event.occurred_until,
        source=SourceMessage(message.channel_id, "", message.ts, message.thread_ts, is_followed=True)
        if message and not message.deleted_ts
        else None,
    )
