"""Adding to an incident's timeline, correcting it, taking from it and giving back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.incidents import source_message
from bot.incidents import timeline as rules
from bot.incidents.actor import Actor
from bot.incidents.intents import show_timeline
from bot.incidents.source_message import SourceMessage
from bot.incidents.suggesting import suggestion_key
from bot.incidents.unit_of_work import Answer, Change, UnitOfWork
from bot.incidents.views.timeline import Rows, text_of
from bot.text.when import Moment
from storage import dismissals
from storage import timeline as stored
from storage.outbox import NewIntent
from storage.vocabulary import EventKind, MarkSection


@dataclass(frozen=True)
class AddEvent:
    """Words of somebody's own, at `moment` (None: now), or a message of the incident's channel by its `ts`.

    `text` is Slack text.
    """

    text: str = ""
    moment: Moment | None = None
    number: int | None = None
    message_ts: str | None = None


@dataclass(frozen=True)
class StandingEvent:
    """An event as it stands after an action; `text` is Slack text."""

    number: int
    event: int
    occurred_at: datetime
    text: str


async def add_event(work: UnitOfWork, actor: Actor, request: AddEvent) -> StandingEvent:
    """Put a note on the timeline at the moment it is about, or a message at the moment it was said.

    Raises:
        NoSuchMessage, StandsElsewhere: the message cannot be added (`bot.incidents.timeline.add_message`).
    """
    async with work.changing(actor, request.number, "add_event") as change:
        if request.message_ts is not None:
            event = await rules.add_message(
                change.session, change.incident, request.message_ts, by=change.by, now=change.now
            )
            return await work.done(change.session, await _stands(change, event.number))
        moment = request.moment or Moment(change.now)
        event = await rules.add(
            change.session, change.incident, moment, request.text, by=change.by, now=change.now
        )
        result = StandingEvent(change.incident.number, event.number, event.occurred_at, request.text)
        return await work.done(change.session, result)


@dataclass(frozen=True)
class TakeMessage:
    """A message chosen by its menu; what is not given of its event, None or "", is as the message says it."""

    source: SourceMessage
    text: str = ""
    moment: Moment | None = None
    number: int | None = None
    kind: EventKind | None = None


@dataclass(frozen=True)
class MessageTaken:
    """The event that stands for a message; `stood_before`: it was on the timeline already."""

    stands: StandingEvent
    stood_before: bool


async def take_message(work: UnitOfWork, actor: Actor, request: TakeMessage) -> MessageTaken:
    """Put a message on the timeline, out of whichever channel; one that stands there is changed.

    Raises:
        NoSuchMessage, StandsElsewhere: the message cannot be added (`bot.incidents.source_message.take`).
    """
    async with work.changing(actor, request.number, "take_message") as change:
        taken = await source_message.take(
            change.session,
            change.incident,
            request.source,
            work.workspace.url,
            text=request.text or None,
            by=change.by,
            now=change.now,
        )
        number, is_note = taken.event.number, taken.event.message_ts is None
        await rules.edit(
            change.session,
            change.incident,
            number,
            moment=request.moment,
            text="" if is_note and not taken.stood_before else request.text,
            kind=request.kind,
            by=change.by,
            now=change.now,
        )
        result = MessageTaken(await _stands(change, number), taken.stood_before)
        return await work.done(change.session, result)


@dataclass(frozen=True)
class PutIntoSection:
    """`section` is the part of the post-mortem that a message chosen by its menu is to stand in."""

    source: SourceMessage
    section: MarkSection
    number: int | None = None


async def put_into_section(work: UnitOfWork, actor: Actor, request: PutIntoSection) -> int:
    """Mark a message as this person's reaction with the section's emoji does; returns the incident's number.

    Raises:
        NoSuchMessage: it was deleted in Slack.
        LinkAlone: nothing of it may be copied, so that no section can hold it.
    """
    async with work.changing(actor, request.number, "put_into_section") as change:
        await source_message.mark(
            change.session,
            change.incident,
            request.source,
            request.section,
            work.recording,
            by=change.by,
            now=change.now,
        )
        return await work.done(change.session, change.incident.number)


@dataclass(frozen=True)
class DismissMessage:
    """`message_ts` is of a message that was suggested for the timeline."""

    message_ts: str
    number: int


async def dismiss_message(work: UnitOfWork, actor: Actor, request: DismissMessage) -> None:
    """Never suggest a message again, to nobody; it can still be marked."""
    async with work.changing(actor, request.number, "dismiss_message") as change:
        key = suggestion_key(request.message_ts)
        await dismissals.dismiss(change.session, change.incident.pk, key, by=change.by, at=change.now)


@dataclass(frozen=True)
class EditEvent:
    """What is not given, None or "", stays."""

    event: int
    text: str = ""
    moment: Moment | None = None
    number: int | None = None
    kind: EventKind | None = None


async def edit_event(work: UnitOfWork, actor: Actor, request: EditEvent) -> StandingEvent:
    """Correct an event's time, text and kind, all at once or some of it.

    Raises:
        NoSuchEvent: the timeline has no such event, or it was removed.
    """
    async with work.changing(actor, request.number, "edit_event") as change:
        await rules.edit(
            change.session,
            change.incident,
            request.event,
            moment=request.moment,
            text=request.text,
            kind=request.kind,
            by=change.by,
            now=change.now,
        )
        return await work.done(change.session, await _stands(change, request.event))


def shown_in_list(
    actor: Actor, incident_id: int, rows: Rows, text: Callable[[StandingEvent], Awaitable[str]]
) -> Answer:
    """What is told after an action by the form of a list of events: its page as it then stands.

    `text` says what was done.
    """

    async def answer(stands: StandingEvent) -> NewIntent:
        said = await text(stands)
        return show_timeline(incident_id, actor, rows.page, rows.kind, is_removed=rows.is_removed, text=said)

    return answer


@dataclass(frozen=True)
class RemoveEvent:
    event: int
    number: int | None = None


async def remove_event(work: UnitOfWork, actor: Actor, request: RemoveEvent) -> StandingEvent:
    """Take an event off the timeline; a new mark on its message brings it back.

    Raises:
        NoSuchEvent: the timeline has no such event, or it was removed.
    """
    async with work.changing(actor, request.number, "remove_event") as change:
        await rules.remove(change.session, change.incident, request.event, by=change.by, now=change.now)
        return await work.done(change.session, await _stands(change, request.event))


@dataclass(frozen=True)
class RestoreEvent:
    event: int
    number: int | None = None


async def restore_event(work: UnitOfWork, actor: Actor, request: RestoreEvent) -> StandingEvent:
    """Put an event that was taken off back onto the timeline.

    Raises:
        NoSuchEvent: the timeline never had such an event.
        EventStands: it stands there.
    """
    async with work.changing(actor, request.number, "restore_event") as change:
        await rules.restore(change.session, change.incident, request.event, by=change.by, now=change.now)
        return await work.done(change.session, await _stands(change, request.event))


async def _stands(change: Change, number: int) -> StandingEvent:
    line = await stored.by_number(change.session, change.incident.pk, number)
    assert line is not None, "it was just changed"
    return StandingEvent(change.incident.number, number, line.event.occurred_at, text_of(line))
