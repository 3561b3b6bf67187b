"""Adding to the timeline, correcting it and taking from it, each kept in the event's history."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import said_at
from bot.incidents import intents
from bot.incidents.changed import REMOVED, STANDS, note_and_tell
from bot.incidents.errors import EventStands, NoSuchEvent, NoSuchMessage, StandsElsewhere
from bot.text.when import Moment
from storage import incidents, outbox, timeline
from storage.tables import Incident, TimelineEvent
from storage.timeline import Line
from storage.vocabulary import ChangeKind, EventKind, EventSource, MilestoneKind

CHOSEN_KINDS = (
    EventKind.MESSAGE,
    EventKind.NOTE,
    EventKind.DECISION,
    EventKind.ALERT,
    EventKind.DEPLOY,
    EventKind.STATUS,
)
"""What people may call an event; severity, roles and milestones have commands of their own."""


async def add(
    session: AsyncSession, incident: Incident, moment: Moment, text: str, *, by: str, now: datetime
) -> TimelineEvent:
    """Put a note on the timeline at the moment it is about."""
    event = TimelineEvent(
        incident_id=incident.pk,
        team_id=incident.team_id,
        number=await timeline.next_number(session, incident),
        kind=EventKind.NOTE,
        source=EventSource.COMMAND,
        occurred_at=moment.at,
        occurred_until=moment.until,
        is_approximate=moment.is_approximate,
        recorded_at=now,
        text=text,
        author_id=by,
        added_by=by,
        is_explicit=True,
    )
    session.add(event)
    await session.flush()
    return event


async def add_message(
    session: AsyncSession,
    incident: Incident,
    ts: str,
    *,
    by: str,
    now: datetime,
    channel_id: str | None = None,
    is_alert: bool = False,
) -> TimelineEvent:
    """Put a message of the incident's channel on the timeline, where it stands without a mark.

    Adding it again changes nothing; one that was marked meanwhile stands from now on without its marks,
    and one that was taken off comes back under its number. `channel_id` is of one that stands elsewhere;
    `is_alert` says what one is that was not read from Slack yet.

    Raises:
        NoSuchMessage: it was deleted in Slack, or is none of this channel.
        StandsElsewhere: it is on the timeline of another incident of the channel.
    """
    number = await timeline.next_number(session, incident)
    key = (incident.team_id, channel_id or incident.channel_id or "", ts)
    message = await timeline.message(session, key)
    if message is None or message.deleted_ts:
        raise NoSuchMessage
    event = await timeline.of_message(session, key)
    if event is None:
        event = TimelineEvent(
            incident_id=incident.pk,
            team_id=incident.team_id,
            number=number,
            kind=EventKind.ALERT if message.bot_name or is_alert else EventKind.MESSAGE,
            source=EventSource.COMMAND,
            channel_id=message.channel_id,
            message_ts=ts,
            occurred_at=said_at(ts),
            recorded_at=now,
            added_by=by,
        )
        session.add(event)
        await session.flush()
    elif event.incident_id != incident.pk:
        raise StandsElsewhere((await incidents.by_id(session, event.incident_id)).number)
    elif event.removed_at:
        await timeline.revise(session, event, "removed_at", None, by=by, at=now)
        await _tell(session, event, REMOVED, STANDS, by=by, now=now)
    await timeline.revise(session, event, "is_explicit", True, by=by, at=now)
    asks = [intents.confirm_mark(key)]
    if event.kind == EventKind.ALERT:
        asks.append(intents.suggest_milestone(incident.pk, MilestoneKind.DETECTED))
    await outbox.ask(session, asks, asked_at=now)
    return event


async def edit(
    session: AsyncSession,
    incident: Incident,
    number: int,
    *,
    moment: Moment | None,
    text: str,
    kind: EventKind | None = None,
    by: str,
    now: datetime,
) -> TimelineEvent:
    """Correct an event's time, text and kind; what is not given stays.

    Raises:
        NoSuchEvent: the timeline has no such event, or it was removed.
    """
    await timeline.take(session, incident)
    event = (await _standing(session, incident, number)).event
    if moment:
        await timeline.revise(session, event, "occurred_at", moment.at, by=by, at=now)
        await timeline.revise(session, event, "occurred_until", moment.until, by=by, at=now)
        await timeline.revise(session, event, "is_approximate", moment.is_approximate, by=by, at=now)
    if text:
        await timeline.revise(session, event, "text", text, by=by, at=now)
    if kind:
        await timeline.revise(session, event, "kind", kind, by=by, at=now)
    return event


async def remove(session: AsyncSession, incident: Incident, number: int, *, by: str, now: datetime) -> Line:
    """Take an event off the timeline; a new mark on its message brings it back.

    Raises:
        NoSuchEvent: the timeline has no such event, or it was removed.
    """
    await timeline.take(session, incident)
    line = await _standing(session, incident, number)
    event = line.event
    await timeline.revise(session, event, "removed_at", now, by=by, at=now)
    await _tell(session, event, STANDS, REMOVED, by=by, now=now)
    return line


async def restore(session: AsyncSession, incident: Incident, number: int, *, by: str, now: datetime) -> Line:
    """Put an event that was taken off back onto the timeline, under its number.

    An event whose message is no longer marked stays from now on without a mark.

    Raises:
        NoSuchEvent: the timeline never had such an event.
        EventStands: it stands there.
    """
    await timeline.take(session, incident)
    line = await timeline.by_number(session, incident.pk, number)
    if line is None:
        raise NoSuchEvent(str(number))
    event = line.event
    if event.removed_at is None:
        raise EventStands(number)
    await timeline.revise(session, event, "removed_at", None, by=by, at=now)
    if not await timeline.is_marked(session, event):
        event.is_explicit = True
    await _tell(session, event, REMOVED, STANDS, by=by, now=now)
    return line


async def _tell(
    session: AsyncSession, event: TimelineEvent, old: str, new: str, *, by: str, now: datetime
) -> None:
    """The channel is told what came on or went off; ✅ below its message says the same."""
    await note_and_tell(
        session, event.incident_id, ChangeKind.TIMELINE.of(event.number), old, new, by=by, at=now
    )
    if event.channel_id and event.message_ts:
        key = (event.team_id, event.channel_id, event.message_ts)
        await outbox.ask(session, [intents.confirm_mark(key)], asked_at=now)


async def _standing(session: AsyncSession, incident: Incident, number: int) -> Line:
    line = await timeline.by_number(session, incident.pk, number)
    if line is None or line.event.removed_at:
        raise NoSuchEvent(str(number))
    return line
