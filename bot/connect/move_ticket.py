"""The tracker is told that an action item is done, dropped, or open again."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.connect.file_ticket import tracker_of
from bot.incidents.tickets.follow import is_same
from bot.incidents.tickets.work import moved
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import action_items, incidents, tickets
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName


async def move_ticket(services: Services, intent: PendingIntent) -> OnSent | None:
    """Give the ticket the state that its item has by now, unless the tracker is known to show it."""
    async with services.database.read() as session:
        ticket = await tickets.by_id(session, subject.number(intent, "ticket_id"))
        incident = await incidents.by_id(session, subject.incident_id(intent))
        found = ticket and await action_items.by_number(session, incident, ticket.number)
    if ticket is None or not found or not ticket.remote_id or is_same(ticket.state, found.item.state):
        return None
    tracker = tracker_of(services, ticket)
    with tracker.turn():
        seen = await tracker.move(ticket.project, ticket.remote_id, found.item.state)

    async def note(session: AsyncSession) -> None:
        await moved(session, incident, ticket.pk, seen, now=services.clock.now())

    return note


KIND = IntentKind(
    IntentName.MOVE_TICKET, move_ticket, Reconciled.BY_TRACKER, could_not="close or open a ticket again"
)
