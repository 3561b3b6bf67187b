"""How far a post-mortem is, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents import lifecycle
from bot.incidents.actor import Actor
from bot.incidents.draft_link import draft_link
from bot.incidents.lifecycle_errors import NoDraftYet
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.views.pages import PageView, pages_of
from storage import action_items, drafts, postmortems, review_meetings
from storage.vocabulary import ActionItemState, IncidentStatus, PostmortemState


@dataclass(frozen=True)
class ReviewerView:
    """Somebody who was asked to review it; `reviewed_at` once they said they have."""

    user_id: str
    reviewed_at: datetime | None


@dataclass(frozen=True)
class PublicationView:
    """One time it was published, and reopened unless it stands so."""

    version: int
    published_by: str
    published_at: datetime
    reopened_by: str | None
    reopened_at: datetime | None


@dataclass(frozen=True)
class PostmortemStatus:
    """How far it is; `missing` are sentences, `publications` those that were reopened since."""

    number: int
    state: PostmortemState
    owner_id: str | None
    due_at: datetime | None
    is_late: bool
    draft_link: str | None
    reviewers: Sequence[ReviewerView]
    published_at: datetime | None
    missing: Sequence[str]
    meeting_at: datetime | None = None
    meeting_minutes: int = 0
    meeting_sequence: int = 0
    publications: Sequence[PublicationView] = ()
    pages: Sequence[PageView] = ()


async def postmortem_status(work: UnitOfWork, actor: Actor, number: int | None) -> PostmortemStatus:
    """State, owner, reviewers, the day it is due, and what is missing.

    Raises:
        NoDraftYet: there is none.
    """
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        postmortem = await postmortems.of_incident(session, incident.pk)
        if postmortem is None:
            raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
        asked = await postmortems.reviewers(session, incident.pk)
        published = await postmortems.publications(session, incident.pk)
        draft = await drafts.newest_delivered(session, incident.pk)
        items = await action_items.standing(session, incident, state=ActionItemState.OPEN)
        elsewhere = await pages_of(session, incident.pk)
        kept = await review_meetings.of_incident(session, incident.pk)
        meeting = kept if kept and not kept.cancelled_at else None
    due_at = postmortem.due_at
    open_items = [(item.number, item.owner_id, item.due_on is not None) for item, _ in items]
    return PostmortemStatus(
        number=incident.number,
        state=postmortem.state,
        owner_id=postmortem.owner_id,
        due_at=due_at,
        is_late=bool(due_at and due_at < work.clock.now() and postmortem.state != PostmortemState.PUBLISHED),
        draft_link=draft_link(work.workspace, incident, draft) if draft else None,
        reviewers=[ReviewerView(one.user_id, one.reviewed_at) for one in asked],
        published_at=postmortem.published_at,
        missing=lifecycle.missing(incident.number, postmortem, asked, open_items),
        meeting_at=meeting.starts_at if meeting else None,
        meeting_minutes=meeting.minutes if meeting else 0,
        meeting_sequence=meeting.sequence if meeting else 0,
        publications=[
            PublicationView(one.version, one.published_by, one.published_at, one.reopened_by, one.reopened_at)
            for one in published
            if one.reopened_at
        ],
        pages=elsewhere,
    )


async def is_published(work: UnitOfWork, actor: Actor, number: int) -> bool:
    """Whether nothing is left to remind anybody of: it is published, or there is none."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        postmortem = await postmortems.of_incident(session, incident.pk)
    return postmortem is None or postmortem.state == PostmortemState.PUBLISHED


@dataclass(frozen=True)
class ReviewView:
    """Whether somebody who was asked has reviewed it, when, and where its draft is read."""

    number: int
    reviewed_at: datetime | None
    draft_link: str | None


async def review_of(work: UnitOfWork, actor: Actor, number: int, user_id: str) -> ReviewView:
    """How the review stands that `user_id` was asked for."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        reviewer = await postmortems.reviewer(session, incident.pk, user_id)
        draft = await drafts.newest_delivered(session, incident.pk)
    link = draft_link(work.workspace, incident, draft) if draft else None
    return ReviewView(incident.number, reviewer.reviewed_at if reviewer else None, link)
