"""What of a channel could not be read, so that a draft can name it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.participation import Stretch
from storage.tables import UnreadItem


async def note(
    session: AsyncSession, team_id: str, channel_id: str, found: Sequence[UnreadItem], *, are_all: bool
) -> None:
    """Keep what could not be read of a channel; with `are_all` these replace what was kept before."""
    if are_all:
        await session.exec(
            delete(UnreadItem).where(
                col(UnreadItem.team_id) == team_id, col(UnreadItem.channel_id) == channel_id
            )
        )
    known = set() if are_all else await _known(session, team_id, channel_id)
    session.add_all(item for item in found if (item.ts, item.is_near) not in known)


async def _known(session: AsyncSession, team_id: str, channel_id: str) -> set[tuple[str, bool]]:
    rows = await session.exec(
        select(UnreadItem.ts, UnreadItem.is_near).where(
            UnreadItem.team_id == team_id, UnreadItem.channel_id == channel_id
        )
    )
    return set(rows)


async def of_stretch(session: AsyncSession, stretch: Stretch) -> Sequence[UnreadItem]:
    """What of this part of a channel could not be read, in its order."""
    query = select(UnreadItem).where(
        UnreadItem.team_id == stretch.team_id,
        UnreadItem.channel_id == stretch.channel_id,
        UnreadItem.ts >= stretch.since_ts,
    )
    if stretch.until_ts is not None:
        query = query.where(UnreadItem.ts < stretch.until_ts)
    return (await session.exec(query.order_by(col(UnreadItem.ts)))).all()
