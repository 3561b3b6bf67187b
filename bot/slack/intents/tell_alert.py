"""Telling an incident's channel which alerts declared it."""

from __future__ import annotations

from bot.slack.blocks.alert import declared_by_alert
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
        group = (await alerts.groups_by_id(session, [group_id])).get(group_id)
        commander = await changes.holder(session, incident_id, COMMANDER)
    if group is None or not incident.channel_id or incident.status != IncidentStatus.OPEN:
        return None
    line = inert(group.told or group.title, KnownNames())
    surface = declared_by_alert(incident.number, line, is_led=commander is not None)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.TELL_ALERT,
    tell_alert,
    Reconciled.BY_METADATA,
    could_not="say here which alert declared this incident",
)
