"""The button that tells somebody how an incident stands."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.incidents.views.briefing import briefing
from bot.listeners.actions.press import on_look, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface
from bot.slack.blocks.briefing import BRIEFING_ACTION
from bot.slack.blocks.carried import incident_in
from bot.slack.showing.briefing import show_briefing


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def told(body: Body) -> Surface:
        view = await briefing(scribe.work, pressed_by(body), incident_in(value_of(body)))
        return await show_briefing(scribe, view)

    on_look(app, BRIEFING_ACTION, told, replaces=False)
