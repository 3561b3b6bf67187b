"""The button that opens the form of a public post."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.actions.press import on_form, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.public_form import empty_form, filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import incident_in
from bot.slack.blocks.public_form import FORM_ACTION


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def filled(body: Body) -> View:
        return await filled_form(scribe, pressed_by(body), incident_in(value_of(body)))

    def empty(body: Body) -> View:
        return empty_form(scribe, pressed_by(body), incident_in(value_of(body)))

    def instead(body: Body) -> str:
        return f"Press again, or say `/incident update INC-{incident_in(value_of(body))} --public`."

    on_form(app, FORM_ACTION, scribe, filled, empty, instead)
