"""Answering a command after its acknowledgement."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.calls import Refused, TryLater, before_sending
from bot.slack.desk import Desk, Note
from bot.slack.intents import subject
from bot.slack.posting import Undecided, begin
from storage.outbox import Waiting

GOOD_FOR = timedelta(minutes=30)
"""How long a response_url is taken (docs.slack.dev/interactivity/handling-user-interaction)."""


async def reply(desk: Desk, intent: Waiting) -> Note | None:
    """Post to the command's `response_url`; Slack takes 5 answers within 30 minutes.

    Nobody can look up afterwards what one person alone was shown: a reply whose fate is unclear is held, and
    what it says stands in the record all the same.
    """
    if intent.is_in_doubt:
        raise Undecided("response_url: an earlier try may have arrived", is_told=False)
    if desk.clock.now() - intent.asked_at > GOOD_FOR:
        raise Refused("response_url", "too late: Slack takes answers for 30 minutes", {})
    client = AsyncWebhookClient(subject.text(intent, "response_url"), session=desk.slack.client.session)
    await begin(desk, intent)
    before_sending()
    try:
        answer = await client.send(text=subject.text(intent, "text"), response_type="ephemeral")
    except aiohttp.ClientConnectorError as problem:
        raise TryLater(f"response_url: {type(problem).__name__}", is_undone=True) from problem
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        raise Undecided(f"response_url: {type(problem).__name__}", is_told=False) from problem
    if answer.status_code == 429:
        raise TryLater("response_url: HTTP 429", is_undone=True)
    if answer.status_code >= 500:
        raise Undecided(f"response_url: HTTP {answer.status_code}", is_told=False)
    if answer.status_code != 200:
        raise Refused("response_url", answer.body[:100], {})
    return None
