"""The button that opens the form of a public post."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.actions.press import on_form, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.public_form import empty_form, filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.public_form import FORM_ACTION
from bot.slack.blocks.public_offer import PublicAsked, form_offer


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def filled(body: Body) -> View:
        number, asked = unpacked(value_of(body), PublicAsked)
        return await filled_form(scribe, pressed_by(body), number, asked.text, is_update=asked.is_update)

    def empty(body: Body) -> View:
        number, asked = unpacked(value_of(body), PublicAsked)
        return empty_form(scribe, pressed_by(body), number, asked.text, is_update=asked.is_update)

    def instead(body: Body) -> Surface:
        number, asked = unpacked(value_of(body), PublicAsked)
        return form_offer(number, asked.text, is_update=asked.is_update)

    on_form(app, FORM_ACTION, scribe, filled, empty, instead)
