"""Posting an update in its incident's channel."""

from __future__ import annotations

from bot.slack.blocks import Surface
from bot.slack.blocks.status_update import status_update
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.mrkdwn import escape, inert
from storage import incidents, updates
from storage.outbox import PendingIntent
from storage.surface_tables import StatusUpdate
from storage.tables import Incident
from storage.vocabulary import IntentName


async def tell_update(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post it once; an archived channel is told nothing."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        update = await updates.by_id(session, subject.number(intent, "update_id"))
    if update is None or not incident.channel_id or incident.is_archived:
        return None
    surface = await update_surface(services, incident, update)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


async def update_surface(
    services: Services, incident: Incident, update: StatusUpdate, *, is_outside: bool = False
) -> Surface:
    """An update as people read it: it pings nobody."""
    home = None if is_outside else incident.channel_id
    names = await names_in(services.directory, [update.known, update.doing or ""], {update.by}, home=home)
    return status_update(
        incident.number,
        escape(names.person(update.by) or update.by),
        inert(update.known, names),
        inert(update.doing, names) if update.doing else None,
        update.next_at,
        is_outside=is_outside,
    )


KIND = IntentKind(
    IntentName.TELL_UPDATE,
    tell_update,
    Reconciled.BY_METADATA,
    could_not="post an update here",
)
