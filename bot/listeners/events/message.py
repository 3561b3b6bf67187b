"""Messages of every kind: said, edited, deleted, shared files, alerts of bots."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.listeners.events import channel
from bot.listeners.events.recorded import recorded
from bot.listeners.mentions import answer, mention_in
from bot.listeners.once import OncePerDelivery
from bot.listeners.scribe import Scribe
from bot.slack.message_events import message_event_of


def listener_for(scribe: Scribe) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """What deals with a message event (`bot.listeners.recorded_events`)."""
    record = recorded(scribe, message_event_of)
    converted, topic_set = channel.converted(scribe), channel.topic_set(scribe)
    notices = dict.fromkeys(channel.CONVERTED, converted) | dict.fromkeys(channel.TOPICS, topic_set)

    once = OncePerDelivery()

    async def direct(body: dict[str, Any]) -> None:
        """It is said to Scribe alone: nothing of it is recorded."""
        scribe.clock.saw_event(body)
        mention = mention_in(body["event"], scribe, is_direct=True)
        if mention:
            await answer(mention, scribe, once)

    async def listener(body: dict[str, Any]) -> None:
        event = body["event"]
        if event.get("channel_type") == "im":
            await direct(body)
        else:
            await notices.get(str(event.get("subtype")), record)(body)

    return listener
