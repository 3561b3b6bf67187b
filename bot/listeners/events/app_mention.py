"""Somebody mentions Scribe: everything can be said so in a thread, where slash commands do not work."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.mentions import answer, mention_in
from bot.listeners.once import OncePerDelivery
from bot.listeners.scribe import Scribe


def register(app: AsyncApp, scribe: Scribe) -> None:
    once = OncePerDelivery()

    async def mentioned(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        mention = mention_in(body["event"], scribe, is_direct=False)
        if mention:
            await answer(mention, scribe, once)

    app.event("app_mention")(mentioned)
