"""What Scribe looks after while an incident is open: the update that people wait for, and silence.

Both are reminders, rows with a due time, so that they outlive restarts. The next update is due as somebody
promised, else as the severity says. Silence costs nothing while people write: only when the reminder is due
is the newest message looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import said_at
from bot.incidents.status import check_open
from bot.settings.team import TeamSettings
from storage import changes, dismissals, reminders, timeline, updates
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, ReminderKind

STOPPED = "reminders:update"
"""The dismissal of who wants no more reminders of updates in this incident."""
AGAIN_AFTER = timedelta(minutes=30)
"""When an update that was promised is asked for again, where the severity asks for none."""


async def begin(session: AsyncSession, incident: Incident, team: TeamSettings, *, now: datetime) -> None:
    """It is open, or open again: a first update is waited for, and it is not silent yet."""
    await dismissals.take_back(session, incident.pk, STOPPED)
    due_in = team.update_due_in(incident.severity)
    await expect(session, incident, now + due_in if due_in else None)
    if team.silent_after:
        await _listen_until(session, incident.pk, now + team.silent_after, heard_at=now)


async def end(session: AsyncSession, incident: Incident) -> None:
    """It is over: nobody waits for anything."""
    await expect(session, incident, None)
    await reminders.forget(session, silence_key(incident.pk))


async def expect(session: AsyncSession, incident: Incident, at: datetime | None) -> None:
    """People wait for the next update at that time, in place of any other; None: they wait for none."""
    incident.next_update_at = at
    session.add(incident)
    if at is None:
        await reminders.forget(session, update_key(incident.pk))
    else:
        await _remind_of_update(session, incident.pk, at)


async def after_update(
    session: AsyncSession,
    incident: Incident,
    team: TeamSettings,
    promised: timedelta | None,
    *,
    now: datetime,
) -> datetime | None:
    """Somebody told people how it goes; returns when they hear more.

    `promised` is after how long, zero for not at all; None: as the severity says, unless that was stopped.
    """
    if promised is None:
        is_stopped = STOPPED in await dismissals.of_incident(session, incident.pk)
        promised = None if is_stopped else team.update_due_in(incident.severity)
    elif promised:
        await dismissals.take_back(session, incident.pk, STOPPED)
    at = now + promised if promised else None
    await expect(session, incident, at)
    return at


async def severity_changed(
    session: AsyncSession, incident: Incident, team: TeamSettings, *, now: datetime
) -> None:
    """Another severity asks for updates at another pace; what people were promised is never put off."""
    if incident.status != IncidentStatus.OPEN:
        return
    if STOPPED in await dismissals.of_incident(session, incident.pk):
        return
    last, due_in = await updates.newest(session, incident.pk), team.update_due_in(incident.severity)
    ahead = [last.next_at] if last and last.next_at and last.next_at > now else []
    await expect(session, incident, min([*ahead, *([now + due_in] if due_in else [])], default=None))


async def snooze(session: AsyncSession, incident: Incident, until: datetime) -> bool:
    """Ask for the update no sooner than then; False where nobody waits for one any more.

    Raises:
        NotOpen, IncidentCancelled: it is over.
    """
    await changes.take(session, incident)
    check_open(incident)
    if incident.next_update_at is None:
        return False
    await _remind_of_update(session, incident.pk, until)
    return True


async def stop(session: AsyncSession, incident: Incident, *, by: str, now: datetime) -> None:
    """Ask for no more updates, until somebody promises one or it is opened again.

    Raises:
        NotOpen, IncidentCancelled: it is over.
    """
    await changes.take(session, incident)
    check_open(incident)
    await dismissals.dismiss(session, incident.pk, STOPPED, by=by, at=now)
    await expect(session, incident, None)


async def ask_again(
    session: AsyncSession, incident: Incident, reminder_id: int, team: TeamSettings, *, now: datetime
) -> bool:
    """An update is due: set when it is asked for again, once. Returns whether people wait for it still.

    Doing this again changes nothing, nor where somebody snoozed or posted one meanwhile.
    """
    incident_id = await changes.take(session, incident)
    due_at = incident.next_update_at
    if incident.status != IncidentStatus.OPEN or due_at is None or due_at > now:
        return False
    reminder = await reminders.by_id(session, reminder_id)
    if reminder and reminder.asked_at is not None:
        await _remind_of_update(
            session, incident_id, now + (team.update_due_in(incident.severity) or AGAIN_AFTER)
        )
    return True


@dataclass(frozen=True)
class Silence:
    """Nobody has written since then."""

    since: datetime


async def silent(
    session: AsyncSession, incident: Incident, reminder_id: int, after: timedelta | None, *, now: datetime
) -> Silence | None:
    """The silence that people are to be asked about; None, and the next look is set, where there is none.

    The same silence is found once: `asked_about` notes that people were asked.
    """
    incident_id = await changes.take(session, incident)
    reminder = await reminders.by_id(session, reminder_id)
    if reminder is None or reminder.asked_at is None or after is None:
        return None
    if incident.status != IncidentStatus.OPEN:
        return None
    heard_at = datetime.fromisoformat(str(reminder.subject["heard_at"]))
    newest = await timeline.newest_said(session, incident.team_id, incident.channel_id or "")
    since = max(heard_at, said_at(newest)) if newest else heard_at
    is_asked = reminder.subject.get("asked_about") == since.isoformat()
    can_be_asked = incident.channel_id and not incident.is_archived and not incident.unreachable_since
    if since + after > now:
        await _listen_until(session, incident_id, since + after, heard_at=since)
    elif is_asked or not can_be_asked:
        await _listen_until(session, incident_id, now + after, heard_at=since, is_asked=is_asked)
    else:
        return Silence(since)
    return None


async def asked_about(
    session: AsyncSession, reminder_id: int, silence: Silence, after: timedelta, *, now: datetime
) -> None:
    """People were asked about this silence; nothing is changed where somebody answered meanwhile."""
    reminder = await reminders.by_id(session, reminder_id)
    if reminder and reminder.asked_at is not None:
        await _listen_until(session, reminder.incident_id, now + after, heard_at=silence.since, is_asked=True)


async def still_going_on(
    session: AsyncSession, incident: Incident, team: TeamSettings, *, now: datetime
) -> None:
    """Somebody says that it goes on, which is a sign of life as much as a message.

    Raises:
        NotOpen, IncidentCancelled: it is over.
    """
    incident_id = await changes.take(session, incident)
    check_open(incident)
    if team.silent_after:
        await _listen_until(session, incident_id, now + team.silent_after, heard_at=now)


def update_key(incident_id: int) -> str:
    return f"{ReminderKind.UPDATE}:{incident_id}"


def silence_key(incident_id: int) -> str:
    return f"{ReminderKind.SILENCE}:{incident_id}"


async def _remind_of_update(session: AsyncSession, incident_id: int, at: datetime) -> None:
    await reminders.remind_at(
        session,
        key=update_key(incident_id),
        kind=ReminderKind.UPDATE,
        incident_id=incident_id,
        due_at=at,
    )


async def _listen_until(
    session: AsyncSession, incident_id: int, at: datetime, *, heard_at: datetime, is_asked: bool = False
) -> None:
    await reminders.remind_at(
        session,
        key=silence_key(incident_id),
        kind=ReminderKind.SILENCE,
        incident_id=incident_id,
        due_at=at,
        subject={
            "heard_at": heard_at.isoformat(),
            "asked_about": heard_at.isoformat() if is_asked else None,
        },
    )
