"""Coming into the channel an incident was declared in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.slack.blocks import answers
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.well_formed import table
from storage import incidents, outbox
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName

NOT_JOINABLE = frozenset({"method_not_supported_for_channel_type", "channel_not_found", "is_private"})
"""conversations.join answers these for a private channel; only its members can bring Scribe in."""
NO_SCOPE = "missing_scope"
"""The app was installed without `channels:join`, which is optional."""
NOT_BY_ITSELF = frozenset({NO_SCOPE, "restricted_action", "user_is_restricted"})
"""Scribe may not join by itself, or no app may; a member may bring it in all the same."""


async def join_channel(services: Services, intent: PendingIntent) -> OnSent | None:
    """Join a public channel; where Scribe may not and is not in it, ask to be invited.

    Where it is in the channel already, it is all the same why it may not join.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    try:
        answer = await services.slack.call("conversations_join", channel=incident.channel_id)
        channel = answer["channel"]
    except Refused as refusal:
        channel = await _shown(services, str(incident.channel_id))
        if not channel.get("is_member"):
            if refusal.error not in NOT_JOINABLE | NOT_BY_ITSELF:
                raise
            return _ask_to_be_invited(services, intent, is_private=channel.get("is_private") is not False)

    async def note(session: AsyncSession) -> None:
        joined = await incidents.by_id(session, subject.incident_id(intent))
        joined.channel_name = str(channel["name"])
        joined.is_private = bool(channel.get("is_private"))
        session.add(joined)
        reading = intents.catch_up(joined.pk)  # what was marked before the declaration
        await outbox.ask(session, [reading], asked_at=services.clock.now())

    return note


async def _shown(services: Services, channel_id: str) -> Mapping[str, Any]:
    """The channel as Slack shows it; nothing, where it does not."""
    try:
        answer = await services.slack.call("conversations_info", channel=channel_id)
    except Refused:
        return {}
    return table(answer.get("channel"))


def _ask_to_be_invited(services: Services, intent: PendingIntent, *, is_private: bool) -> OnSent:
    async def note(session: AsyncSession) -> None:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        incident.is_private = is_private
        session.add(incident)
        url = subject.response_url(intent)
        if url:
            text = answers.invite_me(incident.number, services.workspace.bot_user_id, is_private=is_private)
            ask = intents.reply(incident.team_id, url, text, f"invite_me:{incident.id}")
            await outbox.ask(session, [ask], asked_at=services.clock.now())

    return note


KIND = IntentKind(IntentName.JOIN_CHANNEL, join_channel, Reconciled.BY_SLACK, could_not="join this channel")
