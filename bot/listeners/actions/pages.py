"""Turning the pages of `/incident task`."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp

from bot.incidents.views.action_items import standing_items
from bot.listeners.actions.press import on_look, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface
from bot.slack.blocks.action_item_list import PAGE_ACTION
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.paging import Page
from bot.slack.showing.action_items import show_action_items


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def items(body: Body) -> Surface:
        number, to = subject_in(value_of(body), Page)
        view = await standing_items(scribe.work, pressed_by(body), number)
        return await show_action_items(scribe, view, page=to.page)

    on_look(app, re.compile(rf"^{PAGE_ACTION}_"), items, replaces=True)
