"""Telling an incident's channel what its becoming private, or public again, means for the record."""

from __future__ import annotations

from bot.slack.blocks import updates
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import channels, incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName


async def tell_privacy(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say it in one line, from the state of the channel at that moment."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        if not incident.channel_id or incident.is_archived:
            return None
        every = await channels.incidents_of(session, incident.team_id, incident.channel_id)
    surface = updates.privacy([one.number for one in every], is_private=incident.is_private)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.TELL_PRIVACY,
    tell_privacy,
    Reconciled.BY_METADATA,
    could_not="say here what this channel's becoming private, or public, means for the incident",
)
