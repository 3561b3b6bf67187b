"""The action items of an incident as a draft shows them, with the messages they stand on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.postmortem_tables import ActionItem
from storage.tables import Mark, Message
from storage.vocabulary import MarkSection


async def action_items(
    session: AsyncSession, team_id: str, incident_id: int
) -> Sequence[tuple[ActionItem, Message | None]]:
    """Every item that stands, by its number: one that was only marked stands as long as its mark."""
    same_message = and_(
        col(Message.channel_id) == col(ActionItem.channel_id),
        col(Message.ts) == col(ActionItem.message_ts),
        col(Message.team_id) == team_id,
    )
    is_marked = (
        select(Mark.id)
        .where(
            Mark.incident_id == incident_id,
            Mark.channel_id == ActionItem.channel_id,
            Mark.ts == ActionItem.message_ts,
            Mark.section == MarkSection.ACTION_ITEM,
            col(Mark.is_set),
        )
        .exists()
    )
    found = await session.exec(
        select(ActionItem, Message)
        .join(Message, same_message, isouter=True)
        .where(
            ActionItem.incident_id == incident_id,
            col(ActionItem.message_ts).is_(None) | col(ActionItem.is_explicit) | is_marked,
        )
        .order_by(col(ActionItem.number))
    )
    return [(item, message) for item, message in found]
