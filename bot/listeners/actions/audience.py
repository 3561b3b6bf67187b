"""Buttons for whom a draft in a shared channel is."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.postmortem import ChooseAudience, choose_audience
from bot.incidents.views.incident import status_view
from bot.incidents.vocabulary import Audience
from bot.listeners.actions.press import on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.scribe import Scribe
from bot.slack.blocks import audience
from bot.slack.blocks.carried import incident_in


def register(app: AsyncApp, scribe: Scribe) -> None:
    for choice in audience.LABELS:
        choose = partial(_choose, scribe=scribe, choice=choice)
        on_press(app, f"{audience.ACTION}_{choice}", choose, partial(_show, scribe=scribe, choice=choice))


async def _choose(body: Body, scribe: Scribe, choice: Audience) -> None:
    request = ChooseAudience(choice, incident_in(value_of(body)))
    await choose_audience(scribe.work, pressed_by(body), request)


async def _show(body: Body, respond: AsyncRespond, scribe: Scribe, choice: Audience) -> None:
    view = await status_view(scribe.work, pressed_by(body), incident_in(value_of(body)))
    surface = audience.chosen(view.number, view.channel_id or "", choice)
    await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)
