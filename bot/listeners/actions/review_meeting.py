"""The button that opens the form of a review meeting."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.actions.press import on_form, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.meeting_form import empty_form, filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import incident_in
from bot.slack.blocks.review_meeting import FORM_ACTION


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def filled(body: Body) -> View:
        return await filled_form(scribe, pressed_by(body), incident_in(value_of(body)))

    def empty(body: Body) -> View:
        return empty_form(pressed_by(body), incident_in(value_of(body)))

    def instead(body: Body) -> str:
        number = incident_in(value_of(body))
        return f"Say it in one line instead: `/postmortem meeting INC-{number} friday 14:00`."

    on_form(app, FORM_ACTION, scribe, filled, empty, instead)
