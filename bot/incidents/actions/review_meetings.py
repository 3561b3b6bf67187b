"""Planning the meeting in which a post-mortem is reviewed."""

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
