"""Buttons on a page that people edited since Scribe wrote it: overwrite it, or leave it."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.pages import DecidePage, decide_page
from bot.incidents.views.pages import page_of
from bot.listeners.actions.press import on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.scribe import Scribe
from bot.slack.blocks import pages as blocks
from bot.slack.blocks.carried import subject_in


def register(app: AsyncApp, scribe: Scribe) -> None:
    for action_id, overwrites in ((blocks.OVERWRITE_ACTION, True), (blocks.LEAVE_ACTION, False)):
        decide = partial(_decide, scribe=scribe, overwrites=overwrites)
        on_press(app, action_id, decide, partial(_show, scribe=scribe))


async def _decide(body: Body, scribe: Scribe, overwrites: bool) -> None:
    number, asked = subject_in(value_of(body), blocks.PageRef)
    request = DecidePage(asked.page_id, asked.version, overwrites, number)
    await decide_page(scribe.work, pressed_by(body), request)


async def _show(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    number, asked = subject_in(value_of(body), blocks.PageRef)
    surface = blocks.decided(number, await page_of(scribe.work, pressed_by(body), number, asked.page_id))
    await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)
