"""Keeping the one summary message of an incident up to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.blocks.summary import Summary, summary
from bot.slack.calls import Refused
from bot.slack.channel_head import to_follow
from bot.slack.intents import subject
from bot.slack.posting import left_behind, post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from storage import incidents, outbox
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.vocabulary import IntentName

NOT_IN_CHANNEL = frozenset({"not_in_channel", "channel_not_found"})
LOST = frozenset({"message_not_found", "cant_update_message"})


async def refresh_summary(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post the summary, or bring the posted one up to date; a hundred changes meanwhile are one call."""
    incident = await _incident(services, intent)
    channel_id = incident.channel_id
    if not channel_id:
        return None
    method = "chat_update" if incident.summary_ts else "chat_postMessage"
    async with services.slack.turn(method, channel_id) as turn:
        if turn.has_waited:
            incident = await _incident(services, intent)
        return await _refreshed(services, intent, incident, channel_id)


async def _incident(services: Services, intent: PendingIntent) -> Incident:
    async with services.database.read() as session:
        return await incidents.by_id(session, subject.incident_id(intent))


async def _refreshed(
    services: Services, intent: PendingIntent, incident: Incident, channel_id: str
) -> OnSent | None:
    facts = await summary_of(services, incident)
    surface = summary(facts, services.settings.emoji_names)
    content: dict[str, Any] = {"text": surface.text, "blocks": list(surface.blocks)}
    ts = incident.summary_ts or await left_behind(services, intent, channel_id, intent.key)
    if not ts or not await _updated(services, channel_id, ts, content):
        try:
            ts = await post_once(services, intent, channel_id, intent.key, **content)
        except Refused as refusal:
            if refusal.error in NOT_IN_CHANNEL:
                return None  # Scribe has yet to be invited to this private channel; joining asks for it again
            raise
    elif ts == incident.summary_ts:
        return await _head_follows(services, incident, facts)

    async def note(session: AsyncSession) -> None:
        posted = await incidents.by_id(session, subject.incident_id(intent))
        posted.summary_ts = ts
        session.add(posted)
        asks = await to_follow(session, posted, facts)
        await outbox.ask(session, asks, asked_at=services.clock.now())

    return note


async def _updated(services: Services, channel_id: str, ts: str, content: Mapping[str, Any]) -> bool:
    """Whether it still stands, and says this now."""
    try:
        await services.slack.call("chat_update", channel=channel_id, ts=ts, **content)
    except Refused as refusal:
        if refusal.error in LOST:
            return False
        raise
    return True


async def _head_follows(services: Services, incident: Incident, facts: Summary) -> OnSent | None:
    """Ask for what of the channel's head does not say the same; most times nothing is written."""
    async with services.database.read() as session:
        asks = await to_follow(session, incident, facts)

    async def note(session: AsyncSession) -> None:
        await outbox.ask(session, asks, asked_at=services.clock.now())

    return note if asks else None


KIND = IntentKind(
    IntentName.REFRESH_SUMMARY,
    refresh_summary,
    Reconciled.BY_METADATA,
    could_not="bring the summary message up to date",
)
