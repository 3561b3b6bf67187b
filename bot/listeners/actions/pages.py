"""Turning the pages of `/timeline` and of `/incident task`."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp

from bot.incidents.views.action_items import standing_items
from bot.incidents.views.timeline import timeline_page
from bot.listeners.actions.press import on_look, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface
from bot.slack.blocks import action_item_list as action_item_list
from bot.slack.blocks import timeline_page as timeline_blocks
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.paging import Page
from bot.slack.showing.action_items import show_action_items
from bot.slack.showing.timeline import show_timeline


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def events(body: Body) -> Surface:
        number, to = subject_in(value_of(body), Page)
        page = await timeline_page(scribe.work, pressed_by(body), number, to.page)
        return await show_timeline(scribe, page)

    async def items(body: Body) -> Surface:
        number, to = subject_in(value_of(body), Page)
        view = await standing_items(scribe.work, pressed_by(body), number)
        return await show_action_items(scribe, view, page=to.page)

    for action, look in ((timeline_blocks.PAGE_ACTION, events), (action_item_list.PAGE_ACTION, items)):
        on_look(app, re.compile(rf"^{action}_"), look, replaces=True)
