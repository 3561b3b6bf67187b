"""Buttons for whom a draft in a shared channel is."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents import audiences
from bot.listeners.actions.button import Body, incident_of, key_of, on_press, presser, value_of
from bot.listeners.attempt import once_transaction
from bot.listeners.scribe import Scribe
from bot.slack.blocks import audience
from storage.vocabulary import Audience


def register(app: AsyncApp, scribe: Scribe) -> None:
    for choice in audience.LABELS:
        record = partial(_choose, scribe=scribe, choice=choice)
        on_press(app, f"{audience.ACTION}_{choice}", record, partial(_show, scribe=scribe, choice=choice))


async def _choose(body: Body, scribe: Scribe, choice: Audience) -> None:
    incident = await incident_of(body, int(value_of(body)), scribe)
    channel_id = str(body["channel"]["id"])
    async with once_transaction(key_of(body), scribe) as session:
        now = scribe.clock.now()
        await audiences.choose(session, incident, choice, by=presser(body), channel_id=channel_id, now=now)


async def _show(body: Body, respond: AsyncRespond, scribe: Scribe, choice: Audience) -> None:
    incident = await incident_of(body, int(value_of(body)), scribe)
    surface = audience.chosen(incident.number, incident.pk, incident.channel_id or "", choice)
    await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)
