"""Declaring an incident from anywhere: by the global shortcut, or a button of App Home."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents.errors import ScribeError
from bot.listeners.actors import pressed_by
from bot.listeners.declare_form import INSTEAD, form
from bot.listeners.forms import open_view
from bot.listeners.scribe import Scribe
from bot.slack.blocks.declare_form import Origin

HOME_ACTION = "declare_form"


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def open_form(body: dict[str, Any]) -> None:
        actor = pressed_by(body)
        origin = Origin(actor.channel_id, "", actor.response_url or "")
        try:
            await scribe.permission.check_person(actor)
        except ScribeError as problem:
            await scribe.work.say(actor, problem.sentence)
            return
        await open_view(scribe, actor, str(body["trigger_id"]), form(scribe, origin), INSTEAD)

    app.shortcut("declare_incident")(ack=_acknowledge, lazy=[open_form])
    app.action(HOME_ACTION)(ack=_acknowledge, lazy=[open_form])


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
