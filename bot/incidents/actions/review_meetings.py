"""Planning the meeting in which a post-mortem is reviewed, and cancelling it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.incidents import review_meetings as rules
from bot.incidents.actor import Actor
from bot.incidents.channels import Place, place_of
from bot.incidents.review_meetings import NewMeeting
from bot.incidents.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class PlanMeeting:
    meeting: NewMeeting
    number: int | None = None


@dataclass(frozen=True)
class MeetingPlanned:
    number: int
    starts_at: datetime
    minutes: int
    place: Place


async def plan_meeting(work: UnitOfWork, actor: Actor, request: PlanMeeting) -> MeetingPlanned:
    """Plan it, or move the one that is planned; its file is shared in the incident's channel.

    Raises:
        NoDraftYet, NoPlaceForMeeting, MeetingPast, MeetingTooFar: nothing is planned.
    """
    async with work.changing(actor, request.number, "plan_meeting") as change:
        kept = await rules.plan(
            change.session, change.incident, request.meeting, by=change.by, now=change.now
        )
        place = place_of(change.incident, actor.channel_id)
        planned = MeetingPlanned(change.incident.number, kept.starts_at, kept.minutes, place)
        return await work.done(change.session, planned)


@dataclass(frozen=True)
class CancelMeeting:
    """`sequence` is that of the meeting which its person saw."""

    sequence: int
    number: int | None = None


@dataclass(frozen=True)
class MeetingCancelled:
    number: int
    place: Place


async def cancel_meeting(work: UnitOfWork, actor: Actor, request: CancelMeeting) -> MeetingCancelled:
    """Cancel it; a file that takes it out of calendars is shared in the incident's channel.

    Raises:
        NoMeeting, MeetingOver, MeetingChanged, NotYourMeeting, NoPlaceForMeeting: nothing is cancelled.
    """
    async with work.changing(actor, request.number, "cancel_meeting") as change:
        await rules.cancel(change.session, change.incident, request.sequence, by=change.by, now=change.now)
        place = place_of(change.incident, actor.channel_id)
        return await work.done(change.session, MeetingCancelled(change.incident.number, place))
