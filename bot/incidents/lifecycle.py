"""A post-mortem from draft to review to published, with its owner, its reviewers and the day it is due.

Every function writes in the caller's transaction; what Slack must be told follows from the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.changed import note_and_tell
from bot.incidents.lifecycle_errors import (
    AlreadyPublished,
    NoChannelForDraft,
    NoDraftYet,
    NotAReviewer,
    NotPublishedYet,
    PublishedSince,
    ReopenFirst,
)
from bot.incidents.status import check_stands
from bot.text.moments import shown
from bot.text.nobody import mention
from storage import changes, drafts, imports, outbox, postmortems, reminders
from storage.postmortem_tables import Draft, Postmortem, Publication, Reviewer
from storage.tables import Incident
from storage.vocabulary import ChangeKind, IncidentStatus, NotesOccasion, PostmortemState, ReminderKind

BEFOREHAND = timedelta(days=1)
AGAIN_AFTER = timedelta(days=3)

DueIn = Callable[[str | None], timedelta]
"""How long after its first draft a post-mortem is due, by the incident's severity."""


async def begin(
    session: AsyncSession,
    incident: Incident,
    *,
    by: str,
    due_in: DueIn | None,
    now: datetime,
) -> None:
    """A draft was asked for: the first one gives the post-mortem its owner and the day it is due.

    One that was published before goes back to draft, since the incident went on.
    """
    due_at = now + due_in(incident.severity) if due_in else None
    if await postmortems.ensure(session, incident, by=by, due_at=due_at):
        await _nudge_from(session, incident.pk, due_at, now)
    else:
        postmortem = await postmortems.to_change(session, incident.pk)
        if postmortem and postmortem.state == PostmortemState.PUBLISHED:
            await _back_to_draft(session, postmortem, by=by, now=now)


async def check_may_draft(session: AsyncSession, incident: Incident) -> None:
    """Whether it may be drafted again.

    Raises:
        NoChannelForDraft: it came from another tool, and a draft would have no place.
        ReopenFirst: it is published; reopening comes first.
    """
    await _check_channel(session, incident)
    found = await postmortems.to_change(session, incident.pk)
    if found and found.state == PostmortemState.PUBLISHED:
        raise ReopenFirst(incident.number)


async def _check_channel(session: AsyncSession, incident: Incident) -> None:
    if incident.channel_id is None and await imports.of_incident(session, incident.pk):
        raise NoChannelForDraft(incident.number)


async def set_owner(
    session: AsyncSession, incident: Incident, user_id: str, *, by: str, now: datetime
) -> Postmortem:
    """Give it to somebody to finish, and tell the channel.

    Raises:
        NoDraftYet: there is none.
    """
    postmortem = await _begun(session, incident)
    old = postmortem.owner_id
    if old != user_id:
        postmortem.owner_id = user_id
        session.add(postmortem)
        await note_and_tell(session, incident.pk, ChangeKind.POSTMORTEM_OWNER, old, user_id, by=by, at=now)
    return postmortem


async def ask_review(
    session: AsyncSession, incident: Incident, user_ids: Sequence[str], *, by: str, now: datetime
) -> list[str]:
    """Ask people to review it; returns who is told so now: whoever waits to review already is not again.

    Raises:
        NoDraftYet: there is nothing to review.
        ReopenFirst: it is published.
    """
    postmortem = await _begun(session, incident)
    if postmortem.state == PostmortemState.PUBLISHED:
        raise ReopenFirst(incident.number)
    await delivered(session, incident)
    postmortem.state = PostmortemState.IN_REVIEW
    postmortem.review_asked_at = postmortem.review_asked_at or now
    session.add(postmortem)
    asked: list[str] = []
    for user_id in dict.fromkeys(user_ids):
        reviewer = await postmortems.reviewer(session, incident.pk, user_id)
        if reviewer and reviewer.reviewed_at is None:
            continue
        reviewer = reviewer or Reviewer(incident_id=incident.pk, user_id=user_id, asked_by=by, asked_at=now)
        reviewer.asked_by, reviewer.asked_at, reviewer.reviewed_at = by, now, None
        session.add(reviewer)
        asked.append(user_id)
    asks = [intents.ask_review(incident.pk, user_id, now) for user_id in asked]
    await outbox.ask(session, asks, asked_at=now)
    if postmortem.owner_id:
        notes = intents.editor_notes(incident.pk, NotesOccasion.REVIEW, postmortem.owner_id, None)
        await outbox.ask_once(session, notes, asked_at=now)
    return asked


async def note_reviewed(session: AsyncSession, incident_id: int, user_id: str, now: datetime) -> Reviewer:
    """Somebody says that they have reviewed it; the first time counts.

    Raises:
        NotAReviewer: they were not asked to.
    """
    await postmortems.to_change(session, incident_id)
    reviewer = await postmortems.reviewer(session, incident_id, user_id)
    if reviewer is None:
        raise NotAReviewer
    reviewer.reviewed_at = reviewer.reviewed_at or now
    session.add(reviewer)
    return reviewer


async def to_be_published(session: AsyncSession, incident: Incident) -> int:
    """The version that it would be published as, from 1.

    Raises:
        NoDraftYet: no draft was delivered.
        AlreadyPublished: it is published.
    """
    check_stands(incident)
    postmortem = await postmortems.of_incident(session, incident.pk)
    if postmortem is None:
        raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
    if postmortem.state == PostmortemState.PUBLISHED:
        when = shown(postmortem.published_at) if postmortem.published_at else "before"
        by = mention(postmortem.published_by) if postmortem.published_by else "somebody"
        raise AlreadyPublished(incident.number, when, by)
    await delivered(session, incident)
    return len(await postmortems.publications(session, incident.pk)) + 1


async def publish(
    session: AsyncSession, incident: Incident, version: int, *, by: str, now: datetime
) -> list[str]:
    """Publish it as this version; the outbox keeps its final text and tells the channel.

    Returns who has not reviewed it.

    Raises:
        NoDraftYet: no draft was delivered.
        AlreadyPublished: it is published; nothing is changed.
        PublishedSince: another version is the next; nothing is changed.
    """
    postmortem = await _begun(session, incident)
    if version != await to_be_published(session, incident):
        raise PublishedSince(incident.number)
    postmortem.state = PostmortemState.PUBLISHED
    postmortem.published_at, postmortem.published_by = now, by
    postmortem.final_markdown = None
    session.add(postmortem)
    session.add(Publication(incident_id=incident.pk, version=version, published_by=by, published_at=now))
    changes.note(
        session,
        incident.pk,
        ChangeKind.POSTMORTEM,
        PostmortemState.DRAFT,
        PostmortemState.PUBLISHED,
        by=by,
        at=now,
    )
    await reminders.forget(session, nudge_key(incident.pk))
    await outbox.ask(session, [intents.publish(incident.pk, now)], asked_at=now)
    asked = await postmortems.reviewers(session, incident.pk)
    return [one.user_id for one in asked if one.reviewed_at is None]


async def reopen(session: AsyncSession, incident: Incident, *, by: str, now: datetime) -> None:
    """Take a published post-mortem back to draft, to be written on and published again; its text is kept.

    Raises:
        NoChannelForDraft: it came from another tool, and there would be no draft to write on.
        NoDraftYet: there is none.
        NotPublishedYet: it is not published.
    """
    await _check_channel(session, incident)
    postmortem = await _begun(session, incident)
    if postmortem.state != PostmortemState.PUBLISHED:
        raise NotPublishedYet(incident.number)
    await _back_to_draft(session, postmortem, by=by, now=now)


async def snooze(session: AsyncSession, incident_id: int, until: datetime) -> bool:
    """Nudge its owner no sooner than then; False when it is published, so that nobody is nudged at all."""
    postmortem = await postmortems.to_change(session, incident_id)
    if postmortem is None or postmortem.state == PostmortemState.PUBLISHED:
        return False
    await _nudge_at(session, incident_id, until)
    return True


async def nudge_again(session: AsyncSession, incident_id: int, reminder_id: int, *, now: datetime) -> None:
    """The owner is nudged: set the next time, on the day it is due or three days later.

    Doing this again changes nothing, nor where somebody snoozed or published it meanwhile.
    """
    postmortem = await postmortems.to_change(session, incident_id)
    reminder = await reminders.by_id(session, reminder_id)
    if (
        postmortem is None
        or postmortem.state == PostmortemState.PUBLISHED
        or reminder is None
        or reminder.asked_at is None
    ):
        return
    after, due_at = max(reminder.due_at, now), postmortem.due_at
    await _nudge_at(session, incident_id, due_at if due_at and due_at > after else after + AGAIN_AFTER)


async def delivered(session: AsyncSession, incident: Incident) -> Draft:
    """The draft that people have before them.

    Raises:
        NoDraftYet: none was delivered.
    """
    draft = await drafts.newest_delivered(session, incident.pk)
    if draft is None:
        raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
    return draft


def nudge_key(incident_id: int) -> str:
    return f"{ReminderKind.POSTMORTEM}:{incident_id}"


def missing(
    number: int,
    postmortem: Postmortem,
    asked: Sequence[Reviewer],
    open_items: Sequence[tuple[int, str | None, bool]],
) -> list[str]:
    """What it still takes until it can be called finished, a sentence each; `number` is the incident's.

    `open_items`: the open action items by number, their owner, and whether they have a due date.
    """
    found = []
    if postmortem.owner_id is None:
        found.append(f"Nobody owns it: `/postmortem owner INC-{number} @who`.")
    if not asked and postmortem.state != PostmortemState.PUBLISHED:
        found.append(f"Nobody was asked to review it: `/postmortem review INC-{number} @who`.")
    waiting = [mention(one.user_id) for one in asked if one.reviewed_at is None]
    if waiting and postmortem.state != PostmortemState.PUBLISHED:
        found.append(f"Not reviewed yet by {', '.join(waiting)}.")
    for item, owner, has_due in open_items:
        lacks = [what for what, has in (("owner", owner), ("due date", has_due)) if not has]
        if lacks:
            what = " and no ".join(lacks)
            found.append(f"Action item {item} has no {what}: `/incident task edit {item} INC-{number}`.")
    if postmortem.state != PostmortemState.PUBLISHED:
        found.append(f"It is not published: `/postmortem publish INC-{number}`.")
    return found


async def _begun(session: AsyncSession, incident: Incident) -> Postmortem:
    check_stands(incident)
    postmortem = await postmortems.to_change(session, incident.pk)
    if postmortem is None:
        raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
    return postmortem


async def _back_to_draft(session: AsyncSession, postmortem: Postmortem, *, by: str, now: datetime) -> None:
    published = (await postmortems.publications(session, postmortem.incident_id))[-1:]
    for publication in published:
        publication.reopened_by, publication.reopened_at = by, now
        session.add(publication)
    await note_and_tell(
        session,
        postmortem.incident_id,
        ChangeKind.POSTMORTEM,
        PostmortemState.PUBLISHED,
        PostmortemState.DRAFT,
        by=by,
        at=now,
    )
    postmortem.state = PostmortemState.DRAFT
    postmortem.published_at = postmortem.published_by = None
    session.add(postmortem)
    await _nudge_from(session, postmortem.incident_id, postmortem.due_at, now)


async def _nudge_from(
    session: AsyncSession, incident_id: int, due_at: datetime | None, now: datetime
) -> None:
    """Nudge the day before it is due, where that is to come, else when it is due, else in three days."""
    if due_at is None:
        return
    first = next((at for at in (due_at - BEFOREHAND, due_at) if at > now), now + AGAIN_AFTER)
    await _nudge_at(session, incident_id, first)


async def _nudge_at(session: AsyncSession, incident_id: int, at: datetime) -> None:
    await reminders.remind_at(
        session,
        key=nudge_key(incident_id),
        kind=ReminderKind.POSTMORTEM,
        incident_id=incident_id,
        due_at=at,
        subject={"incident_id": incident_id},
    )
