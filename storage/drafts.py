"""The versions of an incident's post-mortem.

Those for people outside are a series of their own: wherever a draft is looked for, it is the team's unless
the public one is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock, incident_of
from storage.postmortem_tables import Draft
from storage.tables import Incident


async def newest(session: AsyncSession, incident_id: int, *, is_public: bool = False) -> Draft | None:
    found = await session.exec(
        select(Draft)
        .where(Draft.incident_id == incident_id, Draft.is_public == is_public)
        .order_by(col(Draft.version).desc())
        .limit(1)
    )
    return found.first()


async def newest_picture(session: AsyncSession, incident_id: int) -> str | None:
    """The file of the newest picture of the timeline that was shared with a draft, if one was."""
    found = await session.exec(
        select(Draft.chart_file_id)
        .where(Draft.incident_id == incident_id, col(Draft.chart_url).is_not(None))
        .order_by(col(Draft.version).desc())
        .limit(1)
    )
    return found.first()


async def newest_delivered(session: AsyncSession, incident_id: int) -> Draft | None:
    found = await session.exec(
        select(Draft)
        .where(
            Draft.incident_id == incident_id,
            col(Draft.delivered_at).is_not(None),
            col(Draft.is_public).is_(False),
        )
        .order_by(col(Draft.version).desc())
        .limit(1)
    )
    return found.first()


async def newest_in_canvas(
    session: AsyncSession, incident_id: int, *, is_public: bool = False
) -> Draft | None:
    """The newest draft that was delivered into a canvas."""
    found = await session.exec(
        select(Draft)
        .where(
            Draft.incident_id == incident_id,
            col(Draft.delivered_at).is_not(None),
            col(Draft.canvas_id).is_not(None),
            Draft.is_public == is_public,
        )
        .order_by(col(Draft.version).desc())
        .limit(1)
    )
    return found.first()


async def begin(
    session: AsyncSession,
    incident_id: int,
    *,
    asked_by: str,
    asked_at: datetime,
    template: str | None = None,
    is_public: bool = False,
) -> Draft:
    """Open the next version; it is compiled when it is delivered.

    By this template, else by that of the draft before, else, if it is the team's own, by the incident's.
    """
    await advisory_lock(session, incident_of(incident_id))
    last = await newest(session, incident_id, is_public=is_public)
    of_incident = await session.exec(select(Incident.template).where(Incident.id == incident_id))
    own = of_incident.one()
    versions = await session.exec(select(func.max(Draft.version)).where(Draft.incident_id == incident_id))
    draft = Draft(
        incident_id=incident_id,
        version=(versions.one() or 0) + 1,
        is_public=is_public,
        asked_by=asked_by,
        asked_at=asked_at,
        template=template or (last.template if last else None) or (None if last or is_public else own),
    )
    session.add(draft)
    await session.flush()
    return draft


async def by_id(session: AsyncSession, draft_id: int) -> Draft:
    """The draft an intent is about.

    Raises:
        LookupError: there is no such draft.
    """
    draft = await session.get(Draft, draft_id)
    if draft is None:
        raise LookupError(f"no draft with id {draft_id}")
    return draft


async def undelivered(session: AsyncSession, incident_id: int) -> Sequence[Draft]:
    """The drafts that were asked for and have reached nobody yet."""
    found = await session.exec(
        select(Draft)
        .where(Draft.incident_id == incident_id, col(Draft.delivered_at).is_(None))
        .order_by(col(Draft.version))
    )
    return found.all()


async def in_threads(session: AsyncSession, incident_id: int) -> Sequence[Draft]:
    """The drafts that stand in a thread, or are to be posted there, and that Scribe can change."""
    found = await session.exec(
        select(Draft)
        .where(Draft.incident_id == incident_id, col(Draft.posted).is_not(None))
        .order_by(col(Draft.version))
    )
    return [draft for draft in found.all() if draft.posted]


async def forget_written(session: AsyncSession, draft: Draft) -> None:
    """Clear what is kept of Scribe's own words in the drafts before this one, which replaces them."""
    await session.exec(
        update(Draft)
        .where(
            col(Draft.incident_id) == draft.incident_id,
            col(Draft.version) < draft.version,
            col(Draft.is_public) == draft.is_public,
            col(Draft.written).is_not(None),
        )
        .values(written=None)
    )
