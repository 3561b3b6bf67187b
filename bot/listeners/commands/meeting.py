"""`/postmortem meeting`: in one line, or in a form."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.incidents.actions.review_meetings import PlanMeeting, plan_meeting
from bot.incidents.review_meetings import EXAMPLE, NewMeeting, NoMeeting, moment, read
from bot.incidents.views.review_meeting import planned_meeting
from bot.listeners.forms import View
from bot.listeners.meeting_form import empty_form, filled_form
from bot.listeners.moments import zone_for
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks.review_meeting import cancel_question, meeting_planned
from bot.slack.names import names_in
from bot.text.mrkdwn import plain

__all__ = ["EXAMPLE", "fill", "form", "handle"]

CANCELS = frozenset({"cancel", "cancelled", "canceled", "call off", "off"})


def form(command: Command, scribe: Scribe) -> View | None:
    """Without words they are asked for in a form."""
    return None if command.text else empty_form(command.actor, command.number)


async def fill(command: Command, scribe: Scribe) -> View:
    """The form as the meeting is planned."""
    return await filled_form(scribe, command.actor, command.number)


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Plan what was said, on the clock of who says it; asked to cancel it, a button does after a question."""
    if command.text.casefold() in CANCELS:
        planned = await planned_meeting(scribe.work, command.actor, command.number)
        if planned.starts_at is None:
            raise NoMeeting(planned.number)
        return cancel_question(planned.number, planned.starts_at, planned.sequence)
    names = await names_in(scribe.directory, [command.text], asks_slack=False)
    text = plain(command.text, names)
    zone = await zone_for(command.user_id, scribe, needed=True, text=text)
    said = read(text, scribe.clock.now().astimezone(zone).date())
    at = moment(said.day, said.at, ZoneInfo("UTC") if said.is_utc else zone)
    request = PlanMeeting(NewMeeting(at, said.minutes, said.title), command.number)
    done = await plan_meeting(scribe.work, command.actor, request)
    return meeting_planned(done.number, done.starts_at, done.minutes, done.place)
