"""Declaring an incident from anywhere: by the global shortcut, or a button of App Home."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents.actor import Actor
from bot.incidents.errors import ScribeError
from bot.listeners.actors import pressed_by
from bot.listeners.declare_form import INSTEAD, form
from bot.listeners.forms import open_view
from bot.listeners.scribe import Scribe
from bot.slack.blocks.declare_form import Origin
from bot.slack.calls import SlackTrouble

log = structlog.get_logger()

HOME_ACTION = "declare_form"


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def open_form(body: dict[str, Any]) -> None:
        actor = pressed_by(body)
        origin = Origin(actor.channel_id, "", actor.response_url or "")
        try:
            await scribe.permission.check_person(actor)
        except ScribeError as problem:
            await _tell(scribe, actor, problem.sentence)
            return
        is_opened = await open_view(
            scribe, str(body["trigger_id"]), form(scribe, origin), actor.response_url, INSTEAD
        )
        if not is_opened and actor.response_url is None:
            await _tell(scribe, actor, f"Slack did not open the form, and nothing is recorded. {INSTEAD}")

    app.shortcut("declare_incident")(ack=_acknowledge, lazy=[open_form])
    app.action(HOME_ACTION)(ack=_acknowledge, lazy=[open_form])


async def _tell(scribe: Scribe, actor: Actor, text: str) -> None:
    """In their direct messages, where there is no channel to answer in."""
    if actor.response_url:
        await scribe.work.say(actor.response_url, text, f"declare_form:{actor.key}")
        return
    try:
        await scribe.slack.call("chat_postMessage", channel=actor.user_id, text=text)
    except SlackTrouble as trouble:
        log.warning("shortcut.not_answered", why=str(trouble))


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
