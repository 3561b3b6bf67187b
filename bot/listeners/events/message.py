"""Messages of every kind: said, edited, deleted, shared files, alerts of bots."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.events import channel
from bot.listeners.events.recorded import recorded
from bot.listeners.scribe import Scribe
from bot.slack.message_events import message_event_of


def register(app: AsyncApp, scribe: Scribe) -> None:
    record = recorded(scribe, message_event_of)
    converted, topic_set = channel.converted(scribe), channel.topic_set(scribe)
    notices = dict.fromkeys(channel.CONVERTED, converted) | dict.fromkeys(channel.TOPICS, topic_set)

    async def listener(body: dict[str, Any]) -> None:
        # one listener for all messages, since Bolt tries listeners one after the other
        await notices.get(str(body["event"].get("subtype")), record)(body)

    app.event("message")(listener)
