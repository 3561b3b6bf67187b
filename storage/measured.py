"""What an operator measures of the record: counts and moments, and no words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.installation_tables import Installation
from storage.outbox import INTENTS, IS_WAITING
from storage.outbox_upkeep import IS_KEPT
from storage.tables import Incident, Intent, Workspace
from storage.vocabulary import IncidentStatus, IntentState

AT_ONCE = 500
"""Keys looked up by one statement."""


@dataclass(frozen=True)
class OfKind:
    """How many intents of a kind are in a state; `since` is when the oldest was asked for."""

    kind: str
    state: IntentState
    count: int
    since: datetime


@dataclass(frozen=True)
class OpenIncident:
    """`is_read`: its channel's history is read again from time to time."""

    id: int
    severity: str | None
    declared_at: datetime
    is_read: bool


def _goes_on(team_id: Any) -> sqlalchemy.ColumnElement[bool]:
    """Not of a workspace that has uninstalled Scribe: what waits there waits for somebody to install it."""
    ended = select(Installation.team_id).where(
        col(Installation.team_id) == team_id, col(Installation.ended_at).is_not(None)
    )
    return ~ended.exists()


async def outbox(session: AsyncSession) -> list[OfKind]:
    """What waits and what is kept, by kind; read by two partial indexes, whatever was ever sent."""
    intent = INTENTS.c
    found: list[OfKind] = []
    for those in (IS_WAITING, IS_KEPT):
        rows = await (await session.connection()).execute(
            sqlalchemy.select(intent.kind, intent.state, func.count(), func.min(intent.asked_at))
            .where(those, _goes_on(intent.team_id))
            .group_by(intent.kind, intent.state)
            .order_by(intent.kind, intent.state)
        )
        found += [OfKind(*row) for row in rows]
    return found


async def open_incidents(session: AsyncSession) -> Sequence[OpenIncident]:
    """One for each; there are as many as people work on."""
    rows = await session.exec(
        select(
            Incident.id,
            Incident.severity,
            Incident.declared_at,
            sqlalchemy.and_(
                col(Incident.channel_id).is_not(None),
                col(Incident.is_archived).is_(False),
                col(Incident.unreachable_since).is_(None),
            ),
        ).where(Incident.status == IncidentStatus.OPEN, _goes_on(col(Incident.team_id)))
    )
    return [OpenIncident(*row) for row in rows]


async def sent_at(session: AsyncSession, keys: Collection[str]) -> Mapping[str, datetime]:
    """When each of these intents was last carried out; those that never were are left out."""
    found: dict[str, datetime] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), AT_ONCE):
        some = col(Intent.key).in_(wanted[start : start + AT_ONCE])
        rows = await session.exec(select(Intent.key, Intent.sent_at).where(some))
        found.update({key: at for key, at in rows if at})
    return found


async def heard_at(session: AsyncSession) -> datetime | None:
    """When the workspace that was heard longest ago was heard."""
    heard = select(func.min(Workspace.heard_at)).where(_goes_on(col(Workspace.team_id)))
    return (await session.exec(heard)).one()
