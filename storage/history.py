"""Reading how the record of one timeline event came to say what it says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.record import FEW, MessageKey
from storage.tables import Mark, MarkVersion, MessageVersion, Revision


@dataclass(frozen=True)
class Past:
    """The rows that tell what an event, its message and its marks were before."""

    revisions: Sequence[Revision]
    versions: Sequence[MessageVersion] = ()
    marks: Sequence[Mark] = ()
    mark_versions: Sequence[MarkVersion] = ()


async def earlier_texts(
    session: AsyncSession, team_id: str, channel_id: str, ts: Collection[str]
) -> dict[str, list[MessageVersion]]:
    """The texts that these messages had before, each message's earliest first."""
    found: dict[str, list[MessageVersion]] = {}
    wanted = sorted(ts)
    for start in range(0, len(wanted), FEW):
        rows = await session.exec(
            select(MessageVersion)
            .where(
                MessageVersion.team_id == team_id,
                MessageVersion.channel_id == channel_id,
                col(MessageVersion.ts).in_(wanted[start : start + FEW]),
            )
            .order_by(col(MessageVersion.ts), col(MessageVersion.version_ts))
        )
        for row in rows:
            found.setdefault(row.ts, []).append(row)
    return found


async def past(session: AsyncSession, event_id: int, key: MessageKey | None) -> Past:
    """Everything that changed about an event; `key` names the message it stands on, if any."""
    found = await session.exec(
        select(Revision).where(Revision.event_id == event_id).order_by(col(Revision.id))
    )
    revisions = found.all()
    if key is None:
        return Past(revisions)
    team_id, channel_id, ts = key
    versions = await session.exec(
        select(MessageVersion).where(
            MessageVersion.team_id == team_id,
            MessageVersion.channel_id == channel_id,
            MessageVersion.ts == ts,
        )
    )
    marks = await session.exec(
        select(Mark).where(Mark.team_id == team_id, Mark.channel_id == channel_id, Mark.ts == ts)
    )
    mark_versions = await session.exec(
        select(MarkVersion).where(
            MarkVersion.team_id == team_id, MarkVersion.channel_id == channel_id, MarkVersion.ts == ts
        )
    )
    return Past(revisions, versions.all(), marks.all(), mark_versions.all())
