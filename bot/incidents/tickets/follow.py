"""The ticket of an action item follows it, in the transaction that changes the item."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from storage import outbox, tickets
from storage.postmortem_tables import ActionItem
from storage.vocabulary import ActionItemState


async def follow(session: AsyncSession, item: ActionItem, *, now: datetime) -> None:
    """Have the tracker told that its ticket is to be as the item is, where it is not known to be so."""
    ticket = await tickets.of_item(session, item.incident_id, item.number)
    if ticket and ticket.remote_id and not is_same(ticket.state, item.state):
        await outbox.ask(
            session, [intents.move_ticket(item.incident_id, ticket.pk, item.number)], asked_at=now
        )


def is_same(one: ActionItemState, other: ActionItemState) -> bool:
    """Whether an item and its ticket are both open or both closed: few trackers tell done from dropped."""
    return (one == ActionItemState.OPEN) == (other == ActionItemState.OPEN)
