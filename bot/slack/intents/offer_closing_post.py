"""Proposing the closing post of an incident that is over."""

from __future__ import annotations

from bot.slack.blocks.public_posts import closing_offer
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import incidents, status_pages
from storage.outbox import PendingIntent
from storage.vocabulary import IncidentStatus, IntentName, PublicState


async def offer_closing_post(services: Services, intent: PendingIntent) -> OnSent | None:
    """Propose it, unless every page says so already, or the incident was opened again."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        there = await status_pages.of_incident(session, incident.pk)
    shown = [
        (services.page_title(one.page), one.url or "", one.state)
        for one in there
        if one.remote_id and one.state and one.state != PublicState.RESOLVED
    ]
    is_open = incident.status == IncidentStatus.OPEN
    if is_open or not shown or not incident.channel_id or incident.is_archived:
        return None
    surface = closing_offer(incident.number, shown, is_cancelled=incident.status == IncidentStatus.CANCELLED)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.OFFER_CLOSING_POST,
    offer_closing_post,
    Reconciled.BY_METADATA,
    could_not="propose the closing post for the status page",
)
