"""Telling an incident's channel what was deployed in the hour before it began."""

from __future__ import annotations

from bot.incidents.channels import shown_in
from bot.incidents.views.deploys import read_before
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.showing.deploys import show_told
from storage import incidents
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName


async def tell_deploys(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post them once; not where people of another company would read what this one deploys."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        found = await read_before(session, incident, services.settings)
    if not incident.channel_id or incident.status != IncidentStatus.OPEN or not found.deploys:
        return None
    if await _others_read(services, incident, incident.channel_id):
        return None
    surface = show_told(found)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


async def _others_read(services: Services, incident: Incident, channel_id: str) -> bool:
    """Whether people of another company do, as Slack says of a channel that was there before."""
    if incident.is_own_channel or incident.is_ext_shared:
        return incident.is_ext_shared
    return bool(shown_in(await services.directory.shown_channel(channel_id), by="").is_ext_shared)


KIND = IntentKind(
    IntentName.TELL_DEPLOYS,
    tell_deploys,
    Reconciled.BY_METADATA,
    could_not="say here what was deployed in the hour before; `/timeline deploys` lists it",
)
