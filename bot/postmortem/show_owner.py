"""Showing the owner of a post-mortem something, and nobody else."""

from __future__ import annotations

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.blocks import Surface
from bot.slack.calls import Refused, before_sending
from bot.slack.intents import subject
from bot.slack.intents.reply import GOOD_FOR
from bot.slack.posting import OutcomeUnknown, begin
from bot.slack.services import Services
from storage.outbox import PendingIntent
from storage.postmortem_tables import Postmortem
from storage.tables import Incident

NOT_TO_BE_SHOWN = frozenset(
    {"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived", "messages_tab_disabled"}
)
"""The owner cannot be shown anything there; a command shows it whenever they ask."""


async def show_owner(
    services: Services, intent: PendingIntent, incident: Incident, postmortem: Postmortem, surface: Surface
) -> None:
    """Show it through the command's own address where the owner gave it, else in the incident's channel.

    Whether one person was shown something cannot be looked up, so nothing is sent again that may have
    arrived.

    Raises:
        OutcomeUnknown: an earlier try may have arrived.
    """
    await begin(services, intent)
    before_sending()
    url = subject.response_url(intent)
    is_owners = subject.text(intent, "user_id") == postmortem.owner_id
    if (
        url
        and is_owners
        and services.clock.now() - intent.asked_at <= GOOD_FOR
        and await _respond(services, url, surface)
    ):
        return
    try:
        await services.slack.call(
            "chat_postEphemeral",
            channel=incident.channel_id,
            user=postmortem.owner_id,
            text=surface.text,
            blocks=list(surface.blocks),
        )
    except Refused as refusal:
        if refusal.error not in NOT_TO_BE_SHOWN:
            raise


async def _respond(services: Services, url: str, surface: Surface) -> bool:
    """Whether Slack took it at a command's response_url; it takes five answers in all."""
    client = AsyncWebhookClient(url, session=services.slack.client.session)
    try:
        answer = await client.send(text=surface.text, blocks=list(surface.blocks), response_type="ephemeral")
    except aiohttp.ClientConnectorError:
        return False
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        raise OutcomeUnknown(f"response_url: {type(problem).__name__}", is_told=False) from problem
    return answer.status_code == 200
