"""The meetings in which post-mortems are reviewed."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.postmortem_tables import ActionItem, ReviewMeeting
from storage.vocabulary import ActionItemState


async def of_incident(session: AsyncSession, incident_id: int) -> ReviewMeeting | None:
    """The one that is planned for an incident, if any."""
    return await session.get(ReviewMeeting, incident_id)


async def note_file(session: AsyncSession, incident_id: int, sequence: int, file_id: str | None) -> None:
    """Note the file that is about to be shared, unless the meeting was moved meanwhile."""
    kept = await of_incident(session, incident_id)
    if kept and kept.sequence == sequence:
        kept.file_id = file_id
        session.add(kept)


async def owners(session: AsyncSession, incident_id: int) -> list[str]:
    """Who owns action items of an incident that are not dropped, in the order of the items."""
    found = await session.exec(
        select(ActionItem.owner_id)
        .where(
            ActionItem.incident_id == incident_id,
            ActionItem.state != ActionItemState.DROPPED,
            col(ActionItem.owner_id).is_not(None),
        )
        .order_by(col(ActionItem.number))
    )
    return list(dict.fromkeys(one for one in found if one))
