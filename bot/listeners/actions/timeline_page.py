"""Turning the pages of `/timeline`."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.errors import ScribeError
from bot.listeners.actions.pressed import Body, incident_of, value_of
from bot.listeners.attempt import in_time
from bot.listeners.commands.timeline import page
from bot.listeners.requests import answer_arguments
from bot.listeners.troubles import RECORD_TROUBLE
from bot.scribe import Scribe
from bot.slack.blocks import Surface
from bot.slack.blocks.timeline_page import PAGE_ACTION

UNREADABLE = "Scribe cannot read its record just now. Please press the button again in a minute."


def register(app: AsyncApp, scribe: Scribe) -> None:
    """Turning the pages of `/timeline`."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def turn_page(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            surface = await in_time(lambda: _turned(body, scribe))
        except RECORD_TROUBLE:
            await respond(**answer_arguments(UNREADABLE))
            return
        except ScribeError as problem:
            await respond(**answer_arguments(problem.sentence))
            return
        await respond(**answer_arguments(surface), replace_original=True)

    app.action(re.compile(rf"^{PAGE_ACTION}_"))(ack=acknowledge, lazy=[turn_page])


async def _turned(body: Body, scribe: Scribe) -> Surface:
    incident_id, _, number = value_of(body).partition(":")
    return await page(await incident_of(body, int(incident_id), scribe), scribe, number=int(number))
