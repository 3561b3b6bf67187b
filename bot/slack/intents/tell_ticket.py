"""Telling an incident's channel what became of an action item by its ticket."""

from __future__ import annotations

from bot.slack.blocks.tickets import ticket_news
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.slack_text import link
from storage import action_items, incidents, tickets
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName, TicketNews


async def tell_ticket(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say it, where somebody can still hear it."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        ticket = await tickets.by_id(session, subject.number(intent, "ticket_id"))
        found = ticket and await action_items.by_number(session, incident, ticket.number)
    if not incident.channel_id or incident.is_archived or ticket is None or not found:
        return None
    tracker = services.trackers.get(ticket.tracker)
    who, theirs, ours = (intent.subject.get(name) for name in ("who", "theirs", "ours"))
    surface = ticket_news(
        incident.number,
        ticket.number,
        found.item.state,
        link(ticket.key or ticket.tracker, ticket.url or ""),
        tracker.title if tracker else ticket.tracker,
        TicketNews(subject.text(intent, "what")),
        str(who) if who else None,
        str(theirs or ""),
        str(ours or ""),
    )
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.TELL_TICKET,
    tell_ticket,
    Reconciled.BY_METADATA,
    could_not="tell here what became of a ticket",
)
