"""Asking the owner of a post-mortem, and nobody else, whether its draft may stand in a shared channel."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.blocks import audience
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import audiences, incidents
from storage.outbox import PendingIntent
from storage.vocabulary import AudienceReason, IntentName


async def ask_audience(services: Services, intent: PendingIntent) -> OnSent | None:
    """Ask in their direct messages; a question that somebody has answered meanwhile is not asked."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        known = await audiences.of_incident(session, incident.pk)
    if not incident.channel_id or not incident.is_ext_shared or (known and known.choice):
        return None
    user_id = subject.text(intent, "user_id")
    is_delivered = subject.text(intent, "why") == AudienceReason.SHARED
    surface = audience.question(incident.number, incident.channel_id, is_delivered=is_delivered)
    answer = await services.slack.call(
        "chat_postMessage", channel=user_id, text=surface.text, blocks=list(surface.blocks)
    )

    async def note(session: AsyncSession) -> None:
        channel_id, now = str(answer["channel"]), services.clock.now()
        await audiences.note_asked(session, incident.pk, user_id, channel_id, now)

    return note


KIND = IntentKind(
    IntentName.ASK_AUDIENCE,
    ask_audience,
    Reconciled.AGAIN,
    could_not="ask the post-mortem's owner whether its draft may stand in this shared channel",
)
