"""The form of a review meeting, as it is planned or as it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.incidents.actor import Actor
from bot.incidents.review_meetings import USUAL
from bot.incidents.views.review_meeting import planned_meeting
from bot.listeners.forms import View
from bot.listeners.scribe import Scribe
from bot.slack.blocks.review_meeting import Origin, Proposed, meeting_form

AHEAD = timedelta(days=2)
SATURDAY = 5


async def filled_form(scribe: Scribe, actor: Actor, number: int | None) -> View:
    """The form of the meeting that is planned, else of one on the next working day but one, on their clock.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        NoDraftYet, IncidentCancelled: there is nothing to review.
    """
    planned = await planned_meeting(scribe.work, actor, number)
    known = await scribe.directory.zone(actor.user_id, scribe.settings.zone)
    zone, now = known or scribe.settings.zone, scribe.clock.now()
    proposed = Proposed(
        day=_working_day(now.astimezone(zone).date() + AHEAD),
        zone=zone.key if known else "",
        minutes=planned.minutes or USUAL,
        title=planned.title,
        note=planned.note,
    )
    if planned.starts_at and planned.starts_at > now:
        local = planned.starts_at.astimezone(zone)
        proposed = replace(proposed, day=local.date(), at=local.time())
    return meeting_form(planned.number, Origin(actor.channel_id, actor.response_url or ""), proposed)


def empty_form(actor: Actor, number: int | None) -> View:
    """The same where the record cannot be read in time."""
    return meeting_form(number, Origin(actor.channel_id, actor.response_url or ""), Proposed())


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day
