"""The ticket of an action item follows it, in the transaction that changes the item."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.tickets.fields import followed, said_of
from storage import action_items, outbox, tickets
from storage.action_items import Found
from storage.postmortem_tables import ActionItem
from storage.tables import Incident
from storage.vocabulary import ActionItemState


async def follow(session: AsyncSession, item: ActionItem, *, now: datetime) -> None:
    """Have the tracker told that its ticket is to be as the item is, where it is not known to be so."""
    ticket = await tickets.of_item(session, item.incident_id, item.number)
    if ticket and ticket.remote_id and not is_same(ticket.state, item.state):
        await outbox.ask(
            session, [intents.move_ticket(item.incident_id, ticket.pk, item.number)], asked_at=now
        )


async def follow_fields(session: AsyncSession, found: Found, *, now: datetime) -> None:
    """Have the tracker told what else was changed of an item, where it is not known to have been told."""
    item = found.item
    ticket = await tickets.of_item(session, item.incident_id, item.number)
    if ticket is None or not ticket.remote_id:
        return  # it is filed as it is by then
    known = followed(ticket.followed)
    if known is None or known.tried or known.said != said_of(found):
        await outbox.ask(
            session, [intents.edit_ticket(item.incident_id, ticket.pk, item.number)], asked_at=now
        )


async def follow_messages(session: AsyncSession, incident: Incident, *, now: datetime) -> None:
    """Have the trackers told of the items whose words are a message's, which was edited or deleted."""
    if filed := await tickets.filed_of(session, incident.pk):
        for found in await action_items.standing(session, incident):
            if found.message and found.item.number in filed:
                await follow_fields(session, found, now=now)


def is_same(one: ActionItemState, other: ActionItemState) -> bool:
    """Whether an item and its ticket are both open or both closed: few trackers tell done from dropped."""
    return (one == ActionItemState.OPEN) == (other == ActionItemState.OPEN)
