"""Telling an incident's channel which alerts declared it, and which a route attached to it."""

from __future__ import annotations

from bot.slack.blocks.alert import attached_alert, declared_by_alert
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.mrkdwn import KnownNames, inert
from storage import alerts, changes, incidents
from storage.outbox import PendingIntent
from storage.vocabulary import COMMANDER, IncidentStatus, IntentName


async def tell_alert(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post how many alerts there are by now, with the link to their page, once and below the summary."""
    incident_id, group_id = subject.incident_id(intent), subject.number(intent, "group_id")
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        groups = await alerts.of_incident(session, incident_id)
        commander = await changes.holder(session, incident_id, COMMANDER)
    group = next((one for one in groups if one.pk == group_id), None)
    if group is None or not incident.channel_id or incident.status != IncidentStatus.OPEN:
        return None
    line = inert(group.told or group.title, KnownNames())
    if subject.is_set(intent, "is_attached"):
        surface = attached_alert(incident.number, line)
    else:
        surface = declared_by_alert(incident.number, line, is_led=commander is not None)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.TELL_ALERT,
    tell_alert,
    Reconciled.BY_METADATA,
    could_not="say here which alert this incident is about",
)
