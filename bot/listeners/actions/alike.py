"""The buttons of the question whether an incident that is declared is one that is open already."""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.actions.declare import Declare, Join, declare, join, open_incident
from bot.incidents.attempt import AlreadyDone, within_ack_window
from bot.incidents.errors import ScribeError
from bot.listeners.actions.press import TRY_AGAIN, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.slack.blocks import section
from bot.slack.blocks.alike import DECLARE_ACTION, JOIN_ACTION
from bot.slack.blocks.carried import incident_in, unpacked
from bot.slack.blocks.declare_form import told
from bot.slack.calls import SlackTrouble
from bot.slack.showing.incident import show_declared, show_joined

log = structlog.get_logger()


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def acknowledge(ack: AsyncAck, body: dict[str, Any]) -> None:
        await _joined(body, scribe)
        await ack()

    async def answer(body: dict[str, Any], respond: AsyncRespond) -> None:
        text, is_done = await _joined(body, scribe)
        if body.get("view"):
            await _tell_in_form(body, scribe, text, is_done=is_done)
        else:
            await respond(**answer_arguments(text), replace_original=is_done)

    app.action(JOIN_ACTION)(ack=acknowledge, lazy=[answer])
    on_press(app, DECLARE_ACTION, partial(_declare, scribe=scribe), _tell_declared)


async def _joined(body: Body, scribe: Scribe) -> tuple[str, bool]:
    """What to say, and whether somebody was invited, by this press or an earlier try of it."""
    number, actor = incident_in(value_of(body)), pressed_by(body)
    try:
        found = await within_ack_window(lambda: join(scribe.work, actor, Join(number)))
    except AlreadyDone:
        found = await open_incident(scribe.work, actor, number)
    except RECORD_TROUBLE as trouble:
        log.info("press.not_recorded", action=JOIN_ACTION, why=trouble)
        return TRY_AGAIN, False
    except ScribeError as problem:
        return problem.sentence, False
    return await show_joined(scribe, found), True


async def _tell_in_form(body: Body, scribe: Scribe, text: str, *, is_done: bool) -> None:
    """In place of the form; where nobody could be invited above its fields, which keep what is in them."""
    view = told(text)
    if not is_done:
        standing = body["view"]
        kept = ("type", "callback_id", "private_metadata", "title", "submit", "close")
        asked = [one for one in standing["blocks"] if one["type"] == "input"]
        view = {name: standing[name] for name in kept if standing.get(name)}
        view["blocks"] = [section(f":warning: {text}"), *asked]
    try:
        await scribe.slack.call("views_update", view_id=str(body["view"]["id"]), view=view)
    except SlackTrouble as trouble:
        log.warning("form.not_updated", why=str(trouble))


async def _declare(body: Body, scribe: Scribe) -> None:
    _, request = unpacked(value_of(body), Declare)
    actor = pressed_by(body)
    show = partial(show_declared, scribe)
    await declare(scribe.work.replying(actor.response_url, f"declared:{actor.key}", show), actor, request)


async def _tell_declared(body: Body, respond: AsyncRespond) -> None:
    await respond(text="It is another incident, and is declared.", blocks=[], replace_original=True)
