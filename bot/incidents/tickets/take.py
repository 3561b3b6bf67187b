"""What the tracker says of a ticket comes back to its item: whoever changed it later is followed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.action_items.work import close, reopen
from bot.incidents.tickets.contract import SeenTicket
from bot.incidents.tickets.follow import is_same
from storage import action_items, changes, outbox
from storage.postmortem_tables import ActionItem
from storage.tables import Incident
from storage.ticket_tables import Ticket
from storage.vocabulary import ActionItemState, ChangeKind, TicketNews


async def take_state(
    session: AsyncSession,
    incident: Incident,
    ticket: Ticket,
    seen: SeenTicket,
    *,
    by: str,
    now: datetime,
    zone: ZoneInfo,
) -> bool:
    """Whether it changed the item. `by` is whom the record names for it, `zone` its owner's.

    What the tracker says is news where the state is another than the one last known, or where it became so
    later. Where the item was changed as well, the later change stands in both, and the channel is told so.
    """
    await action_items.take(session, incident.pk)
    await session.refresh(ticket)
    if ticket.changed_at and seen.changed_at and seen.changed_at < ticket.changed_at:
        return False  # it comes late: a later state is known
    was = ticket.state
    is_later = bool(seen.is_exact and seen.changed_at and seen.changed_at != ticket.changed_at)
    is_news = is_later or not is_same(seen.state, was)
    if is_news:
        ticket.state, ticket.changed_at = seen.state, seen.changed_at
    ticket.key, ticket.url = seen.key or ticket.key, seen.url or ticket.url
    session.add(ticket)
    await session.flush()
    found = await action_items.by_number(session, incident, ticket.number)
    if found is None or is_same(found.item.state, seen.state):
        return False
    move = intents.move_ticket(incident.pk, ticket.pk, ticket.number)
    if not is_news:
        await outbox.ask(session, [move], asked_at=now)
        return False
    changed_at = await _changed_at(session, found.item)
    if changed_at and seen.changed_at and seen.changed_at < changed_at:
        told = intents.tell_ticket(incident.pk, ticket.pk, TicketNews.OURS_KEPT, now, who=seen.by)
        await outbox.ask(session, [move, told], asked_at=now)
        return False
    is_conflict = not is_same(found.item.state, was)
    if seen.state == ActionItemState.OPEN:
        await reopen(session, incident, ticket.number, by=by, now=now, zone=zone, is_told=False)
    else:
        await close(session, incident, ticket.number, state=seen.state, by=by, now=now, is_told=False)
    what = TicketNews.THEIRS_KEPT if is_conflict else _TOLD.get(seen.state)
    if what:
        told = intents.tell_ticket(incident.pk, ticket.pk, what, now, who=seen.by)
        await outbox.ask(session, [told, intents.refresh_summary(incident.pk)], asked_at=now)
    return True


_TOLD = {ActionItemState.OPEN: TicketNews.REOPENED, ActionItemState.DROPPED: TicketNews.DROPPED}
"""What the channel is told; that something is done is shown where items are listed, as everywhere."""


async def _changed_at(session: AsyncSession, item: ActionItem) -> datetime | None:
    """When somebody last said that an item is done, dropped, or open again; None: nobody ever did."""
    last = await changes.latest(session, item.incident_id, ChangeKind.ACTION_ITEM.of(item.number, "state"))
    return last.changed_at if last else None
