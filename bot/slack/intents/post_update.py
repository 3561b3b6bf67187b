"""Telling an incident's channel something that happened, once."""

from __future__ import annotations

from bot.slack.blocks import updates
from bot.slack.blocks.suggestion import missing
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from storage import incidents
from storage.outbox import PendingIntent
from storage.vocabulary import MILESTONES, IncidentStatus, IntentName


async def post_update(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say that the incident is resolved, how long it lasted, what follows, and what nobody has stated."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        known = await incidents.milestones(session, incident.pk)
    if not incident.channel_id or incident.status != IncidentStatus.RESOLVED:
        return None  # it was opened again, or cancelled, meanwhile
    unknown = [kind for kind in MILESTONES if kind not in known]
    surface = updates.resolved(await summary_of(services, incident))
    await post_once(
        services,
        intent,
        incident.channel_id,
        intent.key,
        text=surface.text,
        blocks=[*surface.blocks, *missing(incident.number, unknown)],
    )
    return None


KIND = IntentKind(
    IntentName.POST_UPDATE,
    post_update,
    Reconciled.BY_METADATA,
    could_not="post an update here",
)
