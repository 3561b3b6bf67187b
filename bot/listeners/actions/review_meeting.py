"""The buttons of a review meeting: one opens its form, one cancels it."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.review_meetings import CancelMeeting, MeetingCancelled, cancel_meeting
from bot.listeners.actions.press import on_form, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.meeting_form import empty_form, filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import incident_in, subject_in
from bot.slack.blocks.review_meeting import CANCEL_ACTION, FORM_ACTION, MeetingRef, meeting_cancelled


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def filled(body: Body) -> View:
        return await filled_form(scribe, pressed_by(body), incident_in(value_of(body)))

    def empty(body: Body) -> View:
        return empty_form(pressed_by(body), incident_in(value_of(body)))

    def instead(body: Body) -> str:
        number = incident_in(value_of(body))
        return f"Say it in one line instead: `/postmortem meeting INC-{number} friday 14:00`."

    on_form(app, FORM_ACTION, scribe, filled, empty, instead)
    on_press(app, CANCEL_ACTION, partial(_cancel, scribe=scribe))


async def _cancel(body: Body, scribe: Scribe) -> None:
    number, seen = subject_in(value_of(body), MeetingRef)
    actor = pressed_by(body)

    async def answer(cancelled: MeetingCancelled) -> str:
        return meeting_cancelled(cancelled.number, cancelled.place)

    work = scribe.work.replying(actor.response_url, f"meeting:{actor.key}", answer)
    await cancel_meeting(work, actor, CancelMeeting(seen.sequence, number))
