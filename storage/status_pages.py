"""What the team's status pages show of incidents: what was pressed for, and what stands there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.status_page_tables import PublicIncident, PublicPost
from storage.tables import Incident


async def of_incident(session: AsyncSession, incident_id: int) -> Sequence[PublicIncident]:
    """The incident on every page that it was to be on, in the order in which it came there."""
    found = await session.exec(
        select(PublicIncident)
        .where(PublicIncident.incident_id == incident_id)
        .order_by(col(PublicIncident.id))
    )
    return found.all()


async def on_page(session: AsyncSession, incident_id: int, page: str) -> PublicIncident | None:
    """The incident on one page."""
    found = await session.exec(
        select(PublicIncident).where(PublicIncident.incident_id == incident_id, PublicIncident.page == page)
    )
    return found.first()


async def remote_ids_of_others(
    session: AsyncSession, team_id: str, incident_id: int, page: str
) -> frozenset[str]:
    """What stands on a page already as other incidents of the workspace."""
    found = await session.exec(
        select(PublicIncident.remote_id)
        .join(Incident, col(Incident.id) == PublicIncident.incident_id)
        .where(
            Incident.team_id == team_id,
            PublicIncident.incident_id != incident_id,
            PublicIncident.page == page,
            col(PublicIncident.remote_id).is_not(None),
        )
    )
    return frozenset(one for one in found if one)


async def post_by_id(session: AsyncSession, post_id: int) -> PublicPost | None:
    return await session.get(PublicPost, post_id)


async def newest_post(session: AsyncSession, incident_id: int, page: str | None = None) -> PublicPost | None:
    """The post that somebody pressed for last, on this page or on any."""
    query = select(PublicPost).where(PublicPost.incident_id == incident_id)
    if page is not None:
        query = query.where(PublicPost.page == page)
    return (await session.exec(query.order_by(col(PublicPost.id).desc()).limit(1))).first()


async def posted_alike(session: AsyncSession, incident_id: int, post: PublicPost) -> int:
    """How many posts with the same words and state stand on the same page by now."""
    found = await session.exec(
        select(func.count()).where(
            col(PublicPost.incident_id) == incident_id,
            col(PublicPost.page) == post.page,
            col(PublicPost.text) == post.text,
            col(PublicPost.state) == post.state,
            col(PublicPost.posted_at).is_not(None),
        )
    )
    return found.one()


async def opening_post(session: AsyncSession, incident_id: int, page: str) -> PublicPost | None:
    """The post by which the incident came onto a page; None where it is not there."""
    found = await session.exec(
        select(PublicPost)
        .where(
            PublicPost.incident_id == incident_id,
            PublicPost.page == page,
            col(PublicPost.posted_at).is_not(None),
        )
        .order_by(col(PublicPost.id))
        .limit(1)
    )
    return found.first()


async def is_overtaken(session: AsyncSession, incident_id: int, post: PublicPost) -> bool:
    """Whether a later post stands on the same page already."""
    found = await session.exec(
        select(PublicPost.id)
        .where(
            PublicPost.incident_id == incident_id,
            PublicPost.page == post.page,
            col(PublicPost.id) > post.pk,
            col(PublicPost.posted_at).is_not(None),
        )
        .limit(1)
    )
    return found.first() is not None
