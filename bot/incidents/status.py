"""Reopening an incident, and cancelling one that was declared by mistake; each can be undone."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents, live_timeline
from bot.incidents.changed import note_and_tell
from bot.incidents.channels import overdue
from bot.incidents.errors import ScribeError
from bot.text.moments import shown
from storage import changes, incidents, milestones, outbox, timeline
from storage.tables import Incident, IncidentChange, TimelineEvent
from storage.vocabulary import ChangeKind, EventKind, EventSource, IncidentStatus, MilestoneKind


class IncidentCancelled(ScribeError):
    """It was declared by mistake, so nothing is done with it."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} was cancelled, so nothing is done with it. "
            f"`/incident reopen INC-{number}` undoes that; then say this again."
        )


class AlreadyCancelled(ScribeError):
    def __init__(self, number: int, when: str, by: str) -> None:
        super().__init__(
            f"INC-{number} was already cancelled{when}{by}. `/incident reopen INC-{number}` undoes that."
        )


class StillOpen(ScribeError):
    """It was to be opened again, and is open."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} is open, so there is nothing to reopen. `/resolve` ends it; "
            "`/postmortem reopen` makes a published post-mortem a draft again."
        )


class AnotherIsOpen(ScribeError):
    """Its channel keeps another open incident by now."""

    def __init__(self, number: int, other: int) -> None:
        super().__init__(
            f"INC-{number} can't be opened again while its channel keeps INC-{other}, which is open. "
            f"Say `/resolve INC-{other}` first, or `/incident cancel INC-{other}`."
        )


class NotOpen(ScribeError):
    """It is over, so that there is nothing to say of how it goes on; `unsaved` are words of its person."""

    def __init__(self, number: int, unsaved: str = "") -> None:
        lost = f" Nothing was recorded of: {unsaved}" if unsaved else ""
        super().__init__(
            f"INC-{number} is resolved, so it has no stage and takes no updates any more. "
            f"`/incident reopen INC-{number}` opens it again; then say this again.{lost}"
        )


def check_open(incident: Incident, unsaved: str = "") -> None:
    """Whether an incident goes on.

    Raises:
        NotOpen: it is resolved.
        IncidentCancelled: it was declared by mistake.
    """
    check_stands(incident)
    if incident.status != IncidentStatus.OPEN:
        raise NotOpen(incident.number, unsaved)


def check_stands(incident: Incident) -> None:
    """Whether anything may be done with it.

    Raises:
        IncidentCancelled: it was declared by mistake.
    """
    if incident.status == IncidentStatus.CANCELLED:
        raise IncidentCancelled(incident.number)


async def reopen(
    session: AsyncSession, incident: Incident, *, by: str, now: datetime, response_url: str | None
) -> IncidentStatus:
    """Open it again, or undo that it was cancelled: then it is open or resolved as before.

    Returns its status before.

    The end of one that is opened again, and how it was concluded, stay in its history.

    Raises:
        StillOpen: it is open.
        AnotherIsOpen: it would be open, and its channel keeps another open incident.
    """
    incident_id = await changes.take(session, incident)
    was = incident.status
    if was == IncidentStatus.OPEN:
        raise StillOpen(incident.number)
    if was == IncidentStatus.CANCELLED:
        cancellation = await _cancellation(session, incident_id)
        if cancellation and cancellation.old == IncidentStatus.RESOLVED:
            incident.status = IncidentStatus.RESOLVED
            session.add(incident)
            await note_and_tell(
                session, incident_id, ChangeKind.STATUS, was, IncidentStatus.RESOLVED, by=by, at=now
            )
            await outbox.ask(session, await overdue(session, incident), asked_at=now)
            return was
    if incident.channel_id:
        standing = await incidents.open_in(session, incident.team_id, incident.channel_id)
        if standing:
            raise AnotherIsOpen(incident.number, standing.number)
    if was == IncidentStatus.RESOLVED:
        await _keep_end(session, incident, by=by, now=now)
    incident.status, incident.resolved_by = IncidentStatus.OPEN, None
    session.add(incident)
    await note_and_tell(session, incident_id, ChangeKind.STATUS, was, IncidentStatus.OPEN, by=by, at=now)
    asks = [intents.catch_up(incident_id)]
    if not incident.channel_id:  # it was closed since Slack refused it one
        asks = [intents.open_channel(incident_id, response_url), intents.invite(incident_id, by)]
    await outbox.ask(session, asks, asked_at=now)
    return was


async def cancel(session: AsyncSession, incident: Incident, *, by: str, now: datetime) -> None:
    """Take it out of lists and search: it was declared by mistake. It is kept, and reopening undoes this.

    Raises:
        AlreadyCancelled: it is cancelled; nothing is changed.
    """
    incident_id = await changes.take(session, incident)
    if incident.status == IncidentStatus.CANCELLED:
        last = await _cancellation(session, incident_id)
        when = f" {shown(last.changed_at)}" if last else ""
        raise AlreadyCancelled(incident.number, when, f" by <@{last.changed_by}>" if last else "")
    was, incident.status = incident.status, IncidentStatus.CANCELLED
    session.add(incident)
    await live_timeline.end(session, incident_id, now=now)
    await note_and_tell(session, incident_id, ChangeKind.STATUS, was, IncidentStatus.CANCELLED, by=by, at=now)


async def _cancellation(session: AsyncSession, incident_id: int) -> IncidentChange | None:
    """The last time it was cancelled; none is noted where Slack refused it a channel."""
    history = await changes.of_incident(session, incident_id, ChangeKind.STATUS)
    return next((change for change in reversed(history) if change.new == IncidentStatus.CANCELLED), None)


async def _keep_end(session: AsyncSession, incident: Incident, *, by: str, now: datetime) -> None:
    """Put its end and its being opened again onto the timeline, and the end out of the milestones."""
    incident_id = incident.pk
    ended = await milestones.of_kind(session, incident_id, MilestoneKind.RESOLVED)
    ended_by = incident.resolved_by or (ended.stated_by if ended else None) or by
    if ended:
        history = await changes.of_incident(session, incident_id, ChangeKind.STATUS)
        if not any(
            change.old == IncidentStatus.OPEN and change.new == IncidentStatus.RESOLVED for change in history
        ):
            changes.note(
                session,
                incident_id,
                ChangeKind.STATUS,
                IncidentStatus.OPEN,
                IncidentStatus.RESOLVED,
                by=ended_by,
                at=ended.at,
            )
        await keep_unnoted(session, incident, by=ended_by, at=ended.at)
        await milestones.take_back(session, ended)
        said = f"Resolved: {incident.conclusion}" if incident.conclusion else "Resolved"
        await _put_on_timeline(session, incident, said, ended.at, by=ended_by, now=now)
    await _put_on_timeline(session, incident, "Opened again", now, by=by, now=now)


async def keep_unnoted(session: AsyncSession, incident: Incident, *, by: str, at: datetime) -> None:
    """Note the conclusion that stands where no change tells of it: it is of an import or an older Scribe."""
    incident_id = incident.pk
    if incident.conclusion and not await changes.of_incident(session, incident_id, ChangeKind.CONCLUSION):
        changes.note(session, incident_id, ChangeKind.CONCLUSION, None, incident.conclusion, by=by, at=at)


async def _put_on_timeline(
    session: AsyncSession, incident: Incident, text: str, at: datetime, *, by: str, now: datetime
) -> None:
    session.add(
        TimelineEvent(
            incident_id=incident.pk,
            team_id=incident.team_id,
            number=await timeline.next_number(session, incident),
            kind=EventKind.STATUS,
            source=EventSource.COMMAND,
            occurred_at=at,
            recorded_at=now,
            text=text,
            author_id=by,
            added_by=by,
            is_explicit=True,
        )
    )
    await session.flush()
