"""Buttons of the App Home. It is no message to answer below: a sentence is shown in a form to read."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.actions import homes
from bot.incidents.actions.action_items import CloseActionItem, close_action_item
from bot.listeners.actions.press import on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.commands.incident import helps
from bot.listeners.forms import open_view
from bot.listeners.scribe import Scribe
from bot.slack.blocks import section
from bot.slack.blocks.action_item_list import ItemRef
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.home import HELP_ACTION, SEARCH_ACTION, TICK_ACTION, note_form, search_form


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def tick(body: Body) -> None:
        number, ref = subject_in(value_of(body), ItemRef)
        await close_action_item(scribe.work, pressed_by(body), CloseActionItem(ref.item, number))

    async def show(body: Body, respond: AsyncRespond) -> None:
        await homes.bring_up_to_date(scribe.work, pressed_by(body).user_id)

    async def refuse(body: Body, respond: AsyncRespond, sentence: str) -> None:
        await _open(body, note_form("Not recorded", [section(sentence)]), sentence)
        await homes.bring_up_to_date(scribe.work, pressed_by(body).user_id)

    async def search(body: dict[str, Any]) -> None:
        await _open(body, search_form(), "Say it in one line instead: `/postmortem search checkout`.")

    async def help_(body: dict[str, Any]) -> None:
        await _open(
            body, note_form("How to use Scribe", helps(scribe).blocks), "Say `/incident help` instead."
        )

    async def _open(body: Body, view: dict[str, Any], instead: str) -> None:
        await open_view(scribe, pressed_by(body), str(body["trigger_id"]), view, instead)

    on_press(app, TICK_ACTION, tick, show, refuse)
    app.action(SEARCH_ACTION)(ack=_acknowledge, lazy=[search])
    app.action(HELP_ACTION)(ack=_acknowledge, lazy=[help_])


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
