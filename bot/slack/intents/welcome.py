"""Welcoming people in an incident's own channel: three things to know."""

from __future__ import annotations

from bot.slack.blocks.help import welcome as surface_of
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IncidentStatus, IntentName, MarkSection


async def welcome(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say it once, below the summary; nobody needs it in a channel whose incident is over by now."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    if not incident.channel_id or incident.is_archived or incident.status != IncidentStatus.OPEN:
        return None
    surface = surface_of(services.settings.emoji_names[MarkSection.TIMELINE])
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.WELCOME,
    welcome,
    Reconciled.BY_METADATA,
    could_not="say here what there is to know",
)
