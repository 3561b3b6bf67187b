"""The meeting in which a post-mortem is reviewed: when, for how long, and called what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.action_items.due_day import DayUnreadable, WhichYear, read_day
from bot.incidents.channels import unreachable_because
from bot.incidents.errors import ScribeError
from bot.incidents.lifecycle_errors import NoDraftYet
from bot.incidents.quoted import quoted
from storage import outbox, postmortems, review_meetings
from storage.postmortem_tables import ReviewMeeting
from storage.tables import Incident
from storage.vocabulary import IncidentStatus

EXAMPLE = "/postmortem meeting friday 14:00"
LENGTHS = (30, 45, 60)
"""Minutes."""
USUAL = 45
FARTHEST = timedelta(days=366)
LONGEST_TITLE, LONGEST_NOTE = 150, 2_000
_END = r"(?=[\s,;:]|$)"
_CLOCK = re.compile(
    r"(?:at +)?(?:(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?: *(?P<half>[ap]m))?"
    rf"|(?P<hour12>1[0-2]|0?[1-9]) *(?P<half12>[ap]m))(?: *(?P<utc>UTC))?{_END}",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"(?:for +)?(?:(?P<minutes>\d{1,3}) *(?:m|min|mins|minutes?)|(?P<bare>30|45|60)"
    rf"|(?P<hours>\d{{1,2}}) *(?:h|hours?)|an? +hour){_END}",
    re.IGNORECASE,
)


class MeetingUnreadable(ScribeError):
    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem} Write for example `{EXAMPLE}`, or `/postmortem meeting 2026-12-03 14:00 30m` for "
            "half an hour; `/postmortem meeting` opens a form."
        )


class MeetingPast(ScribeError):
    def __init__(self, when: str) -> None:
        super().__init__(f"{when} is past. A meeting lies ahead, for example `{EXAMPLE}`.")


class MeetingTooFar(ScribeError):
    def __init__(self) -> None:
        super().__init__(f"That is more than a year ahead. Choose a nearer day, for example `{EXAMPLE}`.")


class NoSuchTime(ScribeError):
    """The clocks are put forward over it."""

    def __init__(self, when: str, zone: str) -> None:
        super().__init__(
            f"There is no {when} in {zone}: the clocks are put forward over it. Choose another time, for "
            f"example `{EXAMPLE}`."
        )


class NoPlaceForMeeting(ScribeError):
    """Nobody could be told of it."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"I can't write in INC-{number}'s channel, so nobody would hear of the meeting, and nothing was "
            "planned. Plan it in your calendar."
        )


class NoMeeting(ScribeError):
    """None is planned."""

    def __init__(self, number: int) -> None:
        super().__init__(f"No review meeting of INC-{number} is planned. `{EXAMPLE}` plans one.")


class MeetingOver(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(f"The review meeting of INC-{number} is over, so there is nothing to cancel.")


class MeetingChanged(ScribeError):
    """It is another one than somebody saw."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The review meeting of INC-{number} was moved or cancelled meanwhile, so nothing was done. "
            f"`/postmortem status INC-{number}` shows it as it stands."
        )


class NotYourMeeting(ScribeError):
    """Those alone whom it belongs to cancel it."""

    def __init__(self, number: int, who: Sequence[str]) -> None:
        people = " or ".join(f"<@{one}>" for one in who)
        super().__init__(
            f"{people} alone can cancel the review meeting of INC-{number}: whoever planned it, or the "
            f"post-mortem's owner. `/postmortem owner INC-{number} @who` gives it to somebody else."
        )


@dataclass(frozen=True)
class NewMeeting:
    """`title` and `note` are plain text; an empty title is the usual one."""

    starts_at: datetime
    minutes: int = USUAL
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Said:
    """A meeting as somebody wrote it, on the clock of `zone`, or of UTC where they said so."""

    day: date
    at: time
    is_utc: bool
    minutes: int
    title: str


def usual_title(number: int) -> str:
    """What a meeting is called where nobody named it."""
    return f"Review of INC-{number}"


def read(text: str, today: date) -> Said:
    """`friday 14:00 [30m] [title]`, as plain text; `today` is the person's.

    Raises:
        MeetingUnreadable: it does not begin with a day to come and a time, or lasts otherwise.
    """
    try:
        day, rest = read_day(text.strip(), today, may_have_time=True)
    except (DayUnreadable, WhichYear) as problem:
        raise MeetingUnreadable(f"I can't read {quoted(text)} as a day to come and a time.") from problem
    clock = _CLOCK.match(rest)
    if clock is None:
        raise MeetingUnreadable(f"I can't read a time of that day in {quoted(rest or text)}.")
    rest = rest[clock.end() :].lstrip(" ,;:")
    minutes = USUAL
    if length := _LENGTH.match(rest):
        minutes = int(length["minutes"] or length["bare"] or 60 * int(length["hours"] or 1))
        rest = rest[length.end() :].lstrip(" ,;:")
        if minutes not in LENGTHS:
            raise MeetingUnreadable("A meeting lasts 30, 45 or 60 minutes.")
    return Said(day, _time(clock), bool(clock["utc"]), minutes, " ".join(rest.split()))


def _time(clock: re.Match[str]) -> time:
    hour, half = int(clock["hour"] or clock["hour12"]), (clock["half"] or clock["half12"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise MeetingUnreadable(f"I can't read {quoted(clock[0])} as a time.")
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(clock["minute"] or 0))


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment on the clocks of a zone, in UTC; of one that comes twice the first.

    Raises:
        NoSuchTime: the clocks are put forward over it.
    """
    local = datetime.combine(day, at, zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(f"{local:%Y-%m-%d %H:%M}", zone.key)
    return found


async def plan(
    session: AsyncSession, incident: Incident, new: NewMeeting, *, by: str, now: datetime
) -> ReviewMeeting:
    """Plan it, or move the one that is planned, and have its file shared in the incident's channel.

    Raises:
        NoDraftYet: there is no post-mortem to review.
        NoPlaceForMeeting: the channel cannot be written in.
        MeetingPast, MeetingTooFar: it would be then.
    """
    if await postmortems.to_change(session, incident.pk) is None:
        raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
    if incident.channel_id is None or unreachable_because(incident):
        raise NoPlaceForMeeting(incident.number)
    if new.starts_at <= now:
        raise MeetingPast(f"{new.starts_at:%Y-%m-%d %H:%M} UTC")
    if new.starts_at - now > FARTHEST:
        raise MeetingTooFar
    kept = await review_meetings.of_incident(session, incident.pk)
    if kept is None:
        kept = ReviewMeeting(
            incident_id=incident.pk,
            sequence=-1,
            starts_at=now,
            minutes=0,
            title="",
            asked_by=by,
            asked_at=now,
        )
    kept.sequence += 1
    kept.starts_at, kept.minutes = new.starts_at, new.minutes
    kept.title = new.title[:LONGEST_TITLE] or usual_title(incident.number)
    kept.note = new.note[:LONGEST_NOTE] or None
    kept.asked_by, kept.asked_at, kept.file_id = by, now, None
    is_anew = kept.cancelled_at is not None
    kept.cancelled_by = kept.cancelled_at = None
    session.add(kept)
    await session.flush()
    sent = intents.send_meeting(incident.pk, kept.sequence, is_anew=is_anew)
    await outbox.ask(session, [sent], asked_at=now)
    return kept


async def cancel(
    session: AsyncSession, incident: Incident, sequence: int, *, by: str, now: datetime
) -> ReviewMeeting:
    """Cancel the meeting that somebody saw, and have that shared in the incident's channel.

    Raises:
        NoMeeting, MeetingOver: there is none to cancel.
        NotYourMeeting: it is neither theirs nor their post-mortem's.
        MeetingChanged: another is planned by now.
        NoPlaceForMeeting: the channel cannot be written in.
    """
    postmortem = await postmortems.to_change(session, incident.pk)
    kept = await review_meetings.of_incident(session, incident.pk)
    if kept is None:
        raise NoMeeting(incident.number)
    owner_id = postmortem.owner_id if postmortem else None
    theirs = [one for one in dict.fromkeys([kept.asked_by, owner_id]) if one]
    if by not in theirs:
        raise NotYourMeeting(incident.number, theirs)
    if kept.cancelled_at or kept.sequence != sequence:
        raise MeetingChanged(incident.number)
    if kept.starts_at + timedelta(minutes=kept.minutes) <= now:
        raise MeetingOver(incident.number)
    if incident.channel_id is None or unreachable_because(incident):
        raise NoPlaceForMeeting(incident.number)
    kept.sequence += 1
    kept.cancelled_by, kept.cancelled_at, kept.file_id = by, now, None
    session.add(kept)
    await session.flush()
    await outbox.ask(session, [intents.send_meeting(incident.pk, kept.sequence)], asked_at=now)
    return kept
