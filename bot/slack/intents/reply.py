"""Answering a command after its acknowledgement."""

from __future__ import annotations

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.calls import Refused, TryLater
from bot.slack.desk import Desk, Note
from bot.slack.intents import subject
from storage.outbox import Waiting


async def reply(desk: Desk, intent: Waiting) -> Note | None:
    """Post to the command's `response_url`; Slack takes 5 answers within 30 minutes."""
    client = AsyncWebhookClient(subject.text(intent, "response_url"), session=desk.slack.client.session)
    try:
        answer = await client.send(text=subject.text(intent, "text"), response_type="ephemeral")
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        raise TryLater(f"response_url: {type(problem).__name__}") from problem
    if answer.status_code == 429 or answer.status_code >= 500:
        raise TryLater(f"response_url: HTTP {answer.status_code}")
    if answer.status_code != 200:
        raise Refused("response_url", answer.body[:100], {})
    return None
