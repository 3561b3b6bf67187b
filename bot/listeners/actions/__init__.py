"""Buttons."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.errors import ScribeError
from bot.listeners.commands.timeline import page
from bot.listeners.requests import answer_arguments
from bot.scribe import Scribe
from bot.slack.blocks.timeline_page import PAGE_ACTION


def register(app: AsyncApp, scribe: Scribe) -> None:
    """Turning the pages of `/timeline`."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def turn_page(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            surface = await page(
                str(body["team"]["id"]),
                str(body["channel"]["id"]),
                scribe,
                number=int(body["actions"][0]["value"]),
            )
        except ScribeError as problem:
            await respond(**answer_arguments(problem.sentence))
            return
        await respond(**answer_arguments(surface), replace_original=True)

    app.action(re.compile(rf"^{PAGE_ACTION}_"))(ack=acknowledge, lazy=[turn_page])
