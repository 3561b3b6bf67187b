"""Answering a command after its acknowledgement."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.calls import Refused, TryLater, before_sending
from bot.slack.intents import subject
from bot.slack.posting import OutcomeUnknown, begin
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName

GOOD_FOR = timedelta(minutes=30)
"""How long a response_url is taken (docs.slack.dev/interactivity/handling-user-interaction)."""


async def reply(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post to the command's `response_url`; Slack takes 5 answers within 30 minutes.

    Nobody can look up afterwards what one person alone was shown: a reply whose fate is unclear is held, and
    what it says stands in the record all the same.
    """
    if intent.is_in_doubt:
        raise OutcomeUnknown("response_url: an earlier try may have arrived", is_told=False)
    if services.clock.now() - intent.asked_at > GOOD_FOR:
        raise Refused("response_url", "too late: Slack takes answers for 30 minutes", {})
    await begin(services, intent)
    url, message = subject.text(intent, "response_url"), dict[str, Any](text=subject.text(intent, "text"))
    if intent.subject.get("blocks"):
        message["blocks"] = json.loads(subject.text(intent, "blocks"))
    await answer_at(services, url, **message)
    return None


async def answer_at(services: Services, response_url: str, **message: Any) -> None:
    """Show somebody alone a message at a `response_url`.

    Raises:
        Refused: Slack takes no (more) answers there.
        TryLater: it surely was not shown.
        OutcomeUnknown: it may have been shown.
    """
    client = AsyncWebhookClient(response_url, session=services.slack.client.session)
    before_sending()
    try:
        answer = await client.send(response_type="ephemeral", **message)
    except aiohttp.ClientConnectorError as problem:
        raise TryLater(f"response_url: {type(problem).__name__}", is_undone=True) from problem
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        raise OutcomeUnknown(f"response_url: {type(problem).__name__}", is_told=False) from problem
    if answer.status_code == 429:
        raise TryLater("response_url: HTTP 429", is_undone=True)
    if answer.status_code >= 500:
        raise OutcomeUnknown(f"response_url: HTTP {answer.status_code}", is_told=False)
    if answer.status_code != 200:
        raise Refused("response_url", answer.body[:100], {})


KIND = IntentKind(IntentName.REPLY, reply, Reconciled.NEVER, could_not=None)
