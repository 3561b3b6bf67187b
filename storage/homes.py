"""Who opened Scribe's App Home, and the reading it is made of: a few queries, however much there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.postmortem_tables import Draft, Postmortem, Reviewer
from storage.surface_tables import HomeShown
from storage.tables import Arrival, Incident, Milestone, RoleHeld
from storage.upsert import insert_for
from storage.vocabulary import IncidentStatus, MilestoneKind, PostmortemState

HOMES = table_of(HomeShown)


async def note_opened(
    session: AsyncSession, team_id: str, user_id: str, at: datetime, *, is_blank: bool
) -> None:
    """Keep that somebody opened it; `is_blank`: Slack shows them nothing, whatever was published before."""
    connection = await session.connection()
    statement = insert_for(connection.dialect, HOMES).values(team_id=team_id, user_id=user_id, opened_at=at)
    changed = {"opened_at": statement.excluded.opened_at} | ({"digest": None} if is_blank else {})
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["team_id", "user_id"], set_=changed)
    )


async def shown_to(session: AsyncSession, team_id: str, user_id: str) -> HomeShown | None:
    """What somebody's Home showed last; None for somebody who never opened it."""
    return await session.get(HomeShown, (team_id, user_id))


async def note_shown(session: AsyncSession, team_id: str, user_id: str, digest: str) -> None:
    """Keep of what somebody's Home shows from now on."""
    await session.exec(
        update(HomeShown)
        .where(col(HomeShown.team_id) == team_id, col(HomeShown.user_id) == user_id)
        .values(digest=digest)
    )


async def opened_by(
    session: AsyncSession, team_id: str, *, since: datetime | None, limit: int | None
) -> Sequence[str]:
    """Who opened it since then, or ever; who did last, comes first."""
    query = select(HomeShown.user_id).where(HomeShown.team_id == team_id)
    if since is not None:
        query = query.where(col(HomeShown.opened_at) > since)
    found = await session.exec(query.order_by(col(HomeShown.opened_at).desc()).limit(limit))
    return found.all()


async def open_of(session: AsyncSession, team_id: str, user_id: str, *, limit: int) -> Sequence[Incident]:
    """The open incidents that somebody declared, has a role in, or came into the channel of."""
    has_role = (
        select(RoleHeld.id)
        .where(
            RoleHeld.incident_id == Incident.id, RoleHeld.user_id == user_id, col(RoleHeld.until).is_(None)
        )
        .exists()
    )
    came = (
        select(Arrival.user_id)
        .where(
            Arrival.team_id == team_id, Arrival.channel_id == Incident.channel_id, Arrival.user_id == user_id
        )
        .exists()
    )
    found = await session.exec(
        select(Incident)
        .where(
            Incident.team_id == team_id,
            Incident.status == IncidentStatus.OPEN,
            or_(col(Incident.declared_by) == user_id, has_role, came),
        )
        .order_by(col(Incident.number).desc())
        .limit(limit)
    )
    return found.all()


async def roles_in(session: AsyncSession, incident_ids: Collection[int]) -> Sequence[RoleHeld]:
    """Who holds which role in these incidents now, in the order they took them."""
    found = await session.exec(
        select(RoleHeld)
        .where(col(RoleHeld.incident_id).in_(sorted(incident_ids)), col(RoleHeld.until).is_(None))
        .order_by(col(RoleHeld.since), col(RoleHeld.id))
    )
    return found.all()


async def resolved_at(session: AsyncSession, incident_ids: Collection[int]) -> dict[int, datetime]:
    """When these incidents were resolved, of those that were."""
    found = await session.exec(
        select(Milestone.incident_id, Milestone.at).where(
            col(Milestone.incident_id).in_(sorted(incident_ids)), Milestone.kind == MilestoneKind.RESOLVED
        )
    )
    return dict(found.all())


async def awaited_of(
    session: AsyncSession, team_id: str, user_id: str, *, limit: int
) -> Sequence[tuple[Postmortem, Incident]]:
    """The post-mortems that wait for somebody, what is due first: theirs to finish, or to review."""
    is_to_review = (
        select(Reviewer.incident_id)
        .where(
            Reviewer.incident_id == Postmortem.incident_id,
            Reviewer.user_id == user_id,
            col(Reviewer.reviewed_at).is_(None),
        )
        .exists()
    )
    found = await session.exec(
        select(Postmortem, Incident)
        .join(Incident, col(Incident.id) == Postmortem.incident_id)
        .where(
            Incident.team_id == team_id,
            Incident.status == IncidentStatus.RESOLVED,
            Postmortem.state != PostmortemState.PUBLISHED,
            or_(col(Postmortem.owner_id) == user_id, is_to_review),
        )
        .order_by(
            col(Postmortem.due_at).is_(None), col(Postmortem.due_at), col(Postmortem.incident_id).desc()
        )
        .limit(limit)
    )
    return found.all()


async def delivered_drafts(session: AsyncSession, incident_ids: Collection[int]) -> dict[int, Draft]:
    """The newest draft that was delivered of each of these incidents."""
    is_delivered = and_(
        col(Draft.incident_id).in_(sorted(incident_ids)),
        col(Draft.delivered_at).is_not(None),
        col(Draft.is_public).is_(False),
    )
    newest = (
        select(col(Draft.incident_id), func.max(col(Draft.version)).label("version"))
        .where(is_delivered)
        .group_by(col(Draft.incident_id))
        .subquery()
    )
    found = await session.exec(
        select(Draft)
        .join(
            newest,
            and_(
                newest.c.incident_id == col(Draft.incident_id),
                newest.c.version == col(Draft.version),
            ),
        )
        .where(is_delivered)
    )
    return {draft.incident_id: draft for draft in found}
