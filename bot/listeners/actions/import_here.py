"""The button below the question whether to open an incident for what was said in a channel before."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.declare import OpenAndImport, open_and_import, opened_for_import
from bot.listeners.actions.press import on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.import_question import ACTION, open_already
from bot.slack.showing.incident import show_importing


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_press(app, ACTION, partial(_import, scribe=scribe), partial(_show, scribe=scribe))


async def _import(body: Body, scribe: Scribe) -> None:
    _, asked = unpacked(value_of(body), OpenAndImport)
    await open_and_import(scribe.work, pressed_by(body), asked)


async def _show(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    _, asked = unpacked(value_of(body), OpenAndImport)
    importing = await opened_for_import(scribe.work, pressed_by(body), asked)
    text = await show_importing(scribe, importing)
    answer = text if importing.is_new else open_already(importing.number, text)
    await respond(text=answer, blocks=[], replace_original=True)
