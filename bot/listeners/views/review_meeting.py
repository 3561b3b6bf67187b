"""The form of a review meeting: it closes only after the meeting is on the record."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.review_meetings import MeetingPlanned, PlanMeeting, plan_meeting
from bot.incidents.review_meetings import NewMeeting, moment
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, on_submit
from bot.listeners.moments import zone_for
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.review_meeting import AT, DAY, FORM, Origin, filled, meeting_planned


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, FORM, partial(_plan, scribe=scribe), lambda _: AT)


async def _plan(body: Body, scribe: Scribe) -> None:
    number, origin = unpacked(body["view"]["private_metadata"], Origin)
    said = filled(body["view"]["state"]["values"])
    if said.day is None or said.at is None:
        raise FieldsUnread({DAY if said.day is None else AT: "Choose one."})
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    zone = await zone_for(actor.user_id, scribe, needed=True, text=f"{said.day} {said.at:%H:%M}")

    async def answer(planned: MeetingPlanned) -> str:
        return meeting_planned(planned.number, planned.starts_at, planned.minutes, planned.place)

    work = scribe.work.replying(origin.response_url, f"meeting:{actor.key}", answer)
    meeting = NewMeeting(moment(said.day, said.at, zone), said.minutes, said.title, said.note)
    await plan_meeting(work, actor, PlanMeeting(meeting, number))
