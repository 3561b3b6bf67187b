"""Reading and writing deploys, and which of them stand on an incident's timeline."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock
from storage.deploy_tables import Deploy, IncidentDeploy
from storage.record import FEW


@dataclass(frozen=True)
class Window:
    """When deploys are looked for: those that were going on or ended in it, both ends included.

    `environments` are those that count, in lower case; none: all. A deploy that names none always counts.
    `besides` are keys of deploys that are left out.
    """

    since: datetime
    until: datetime
    environments: Collection[str] = ()
    besides: Collection[int] = ()


async def take(session: AsyncSession, team_id: str) -> None:
    """Lock the deploys of a workspace: what is read of them stays true until the transaction ends."""
    await advisory_lock(session, f"deploys:{team_id}")


async def known(
    session: AsyncSession, team_id: str, source: str, deploy_ids: Collection[str]
) -> dict[str, Deploy]:
    """Those of the deploys that were told before, by their sender's ids."""
    found: dict[str, Deploy] = {}
    wanted = sorted(deploy_ids)
    for start in range(0, len(wanted), FEW):
        rows = await session.exec(
            select(Deploy).where(
                Deploy.team_id == team_id,
                Deploy.source == source,
                col(Deploy.deploy_id).in_(wanted[start : start + FEW]),
            )
        )
        found.update((one.deploy_id, one) for one in rows)
    return found


async def within(
    session: AsyncSession, team_id: str, window: Window, *, limit: int, services: Collection[str] = ()
) -> Sequence[Deploy]:
    """The deploys of a window, those of these services first, then the newest; at most so many.

    A run is left out whose parts were told as deploys of their own.
    """
    is_of_service = case((col(Deploy.service).in_(sorted(services)), 0), else_=1)
    found = await session.exec(
        select(Deploy)
        .where(_within(team_id, window))
        .order_by(is_of_service, col(Deploy.last_at).desc(), col(Deploy.id).desc())
        .limit(limit)
    )
    return found.all()


async def services_within(session: AsyncSession, team_id: str, window: Window) -> frozenset[str]:
    """The services that have deploys in a window, as their senders name them."""
    found = await session.exec(select(Deploy.service).where(_within(team_id, window)).distinct())
    return frozenset(found)


async def count_within(session: AsyncSession, team_id: str, window: Window) -> int:
    """How many deploys there are in a window."""
    found = await session.exec(select(func.count()).select_from(Deploy).where(_within(team_id, window)))
    return found.one()


def _within(team_id: str, window: Window) -> ColumnElement[bool]:
    part = aliased(Deploy)
    has_parts = exists().where(
        col(part.team_id) == Deploy.team_id,
        col(part.source) == Deploy.source,
        col(part.part_of) == Deploy.deploy_id,
    )
    conditions = [
        col(Deploy.team_id) == team_id,
        col(Deploy.last_at) >= window.since,
        col(Deploy.started_at) <= window.until,
        ~has_parts,
    ]
    if window.environments:
        environment = col(Deploy.environment)
        named = func.lower(environment).in_(sorted(window.environments))
        conditions.append(environment.is_(None) | named)
    if window.besides:
        conditions.append(col(Deploy.id).not_in(sorted(window.besides)))
    return and_(*conditions)


async def by_ids(session: AsyncSession, team_id: str, ids: Collection[int]) -> Sequence[Deploy]:
    """Those of these deploys that are still remembered, the newest first."""
    found = await session.exec(
        select(Deploy)
        .where(Deploy.team_id == team_id, col(Deploy.id).in_(sorted(ids)))
        .order_by(col(Deploy.last_at).desc(), col(Deploy.id).desc())
    )
    return found.all()


async def used_by(session: AsyncSession, incident_id: int) -> dict[int, IncidentDeploy]:
    """What an incident uses, by the deploys' keys."""
    found = await session.exec(select(IncidentDeploy).where(IncidentDeploy.incident_id == incident_id))
    return {one.deploy_id: one for one in found}


async def uses_of(session: AsyncSession, deploy_id: int) -> Sequence[IncidentDeploy]:
    """On which incidents' timelines a deploy stands or stood."""
    found = await session.exec(select(IncidentDeploy).where(IncidentDeploy.deploy_id == deploy_id))
    return found.all()


async def forget(session: AsyncSession, before: datetime) -> None:
    """Delete the deploys that no incident uses and that were last told of before then."""
    old = select(Deploy.team_id).where(col(Deploy.heard_at) < before).distinct()
    for team_id in sorted(await session.exec(old)):
        await take(session, team_id)  # nobody puts one on a timeline meanwhile
    is_used = exists().where(col(IncidentDeploy.deploy_id) == Deploy.id)
    await session.exec(delete(Deploy).where(col(Deploy.heard_at) < before, ~is_used))
