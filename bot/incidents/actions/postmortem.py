"""Taking a post-mortem to its end: drafting, owning, reviewing, publishing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from bot.incidents import audiences, intents, lifecycle
from bot.incidents.actions.roles import check_holder
from bot.incidents.actor import Actor
from bot.incidents.channels import Place, place_of
from bot.incidents.lifecycle_errors import NoDraftYet, NotTheOwner
from bot.incidents.pages.work import ask_for_pages
from bot.incidents.resolve import ask_for_draft
from bot.incidents.unit_of_work import UnitOfWork
from storage import dismissals, outbox, postmortems
from storage.vocabulary import Audience, IncidentStatus, NotesOccasion

OWNER_EXAMPLE, REVIEW_EXAMPLE = "/postmortem owner @ana", "/postmortem review @ben"


@dataclass(frozen=True)
class DraftPostmortem:
    """By `template`; None: by that of the draft before. One that `is_public` is for people outside."""

    template: str | None = None
    number: int | None = None
    is_public: bool = False


@dataclass(frozen=True)
class Drafting:
    number: int
    version: int
    place: Place


async def draft_postmortem(work: UnitOfWork, actor: Actor, request: DraftPostmortem) -> Drafting:
    """Have the next version compiled, which keeps what people wrote.

    Raises:
        ReopenFirst: it is published.
    """
    async with work.changing(actor, request.number, "draft_postmortem") as change:
        await lifecycle.check_may_draft(change.session, change.incident)
        draft = await ask_for_draft(
            change.session,
            change.incident,
            by=change.by,
            response_url=actor.response_url,
            now=change.now,
            template=request.template,
            is_public=request.is_public,
            due_in=work.settings.postmortem_due_in,
        )
        place = place_of(change.incident, actor.channel_id)
        return await work.done(change.session, Drafting(change.incident.number, draft.version, place))


@dataclass(frozen=True)
class SetOwner:
    user_id: str
    number: int | None = None


async def set_owner(work: UnitOfWork, actor: Actor, request: SetOwner) -> int:
    """Give it to somebody to finish; returns the incident's number.

    Raises:
        NoDraftYet: there is none.
        CannotHold: they have left the workspace, or are an app.
    """
    await work.incident(actor, request.number, even_cancelled=False)
    await check_holder(work, request.user_id, "the owner of a post-mortem", example=OWNER_EXAMPLE)
    async with work.changing(actor, request.number, "set_owner") as change:
        await lifecycle.set_owner(
            change.session, change.incident, request.user_id, by=change.by, now=change.now
        )
        return await work.done(change.session, change.incident.number)


@dataclass(frozen=True)
class AskReview:
    user_ids: Sequence[str]
    number: int | None = None


@dataclass(frozen=True)
class ReviewAsked:
    """Who is asked now, and who waits to review it already."""

    number: int
    asked: Sequence[str]
    waiting: Sequence[str]
    place: Place


async def ask_review(work: UnitOfWork, actor: Actor, request: AskReview) -> ReviewAsked:
    """Ask people to review it; each is told once.

    Raises:
        NoDraftYet: there is nothing to review.
        ReopenFirst: it is published.
        CannotHold: one of them has left the workspace, or is an app.
    """
    await work.incident(actor, request.number, even_cancelled=False)
    for user_id in request.user_ids:
        await check_holder(work, user_id, "a reviewer", example=REVIEW_EXAMPLE)
    async with work.changing(actor, request.number, "ask_review") as change:
        asked = await lifecycle.ask_review(
            change.session, change.incident, request.user_ids, by=change.by, now=change.now
        )
        waiting = [one for one in request.user_ids if one not in asked]
        place = place_of(change.incident, actor.channel_id)
        return await work.done(change.session, ReviewAsked(change.incident.number, asked, waiting, place))


@dataclass(frozen=True)
class NoteReviewed:
    number: int


async def note_reviewed(work: UnitOfWork, actor: Actor, request: NoteReviewed) -> int:
    """Note it; the first time counts. Returns the incident's number.

    Raises:
        NotAReviewer: they were not asked to.
    """
    async with work.changing(actor, request.number, "note_reviewed") as change:
        await lifecycle.note_reviewed(change.session, change.incident.pk, change.by, change.now)
        return await work.done(change.session, change.incident.number)


@dataclass(frozen=True)
class Publish:
    """As this `version`, from 1: what its person was shown before they confirmed it.

    `goes_out`: its person said that it goes to the team's wiki or repository too, though it would not by
    itself, since its incident is private, shared with another company, or a drill.
    """

    number: int
    version: int
    goes_out: bool = False


@dataclass(frozen=True)
class Publishing:
    """`unreviewed` have been asked to review it and have not; that keeps nobody from publishing."""

    number: int
    unreviewed: Sequence[str]
    place: Place


async def publish(work: UnitOfWork, actor: Actor, request: Publish) -> Publishing:
    """Publish it; the outbox keeps its final text and tells the channel.

    Raises:
        NoDraftYet: no draft was delivered.
        AlreadyPublished, PublishedSince: nothing is changed.
    """
    async with work.changing(actor, request.number, "publish") as change:
        unreviewed = await lifecycle.publish(
            change.session, change.incident, request.version, by=change.by, now=change.now
        )
        await ask_for_pages(
            change.session,
            change.incident,
            request.version,
            work.settings,
            is_said=request.goes_out,
            by=change.by,
            now=change.now,
        )
        place = place_of(change.incident, actor.channel_id)
        return await work.done(change.session, Publishing(change.incident.number, unreviewed, place))


@dataclass(frozen=True)
class ReopenPostmortem:
    number: int | None = None


async def reopen_postmortem(work: UnitOfWork, actor: Actor, request: ReopenPostmortem) -> int:
    """Make a published one a draft again; returns the incident's number.

    Raises:
        NoDraftYet, NotPublishedYet: there is nothing to reopen.
    """
    async with work.changing(actor, request.number, "reopen_postmortem") as change:
        await lifecycle.reopen(change.session, change.incident, by=change.by, now=change.now)
        return await work.done(change.session, change.incident.number)


@dataclass(frozen=True)
class SnoozePostmortem:
    """`days` is from now on."""

    days: int
    number: int


@dataclass(frozen=True)
class Snoozed:
    """`until` None: it is published, so nobody is reminded any more."""

    number: int
    until: datetime | None


async def snooze_postmortem(work: UnitOfWork, actor: Actor, request: SnoozePostmortem) -> Snoozed:
    """Remind its owner no sooner than then."""
    async with work.changing(actor, request.number, "snooze_postmortem") as change:
        until = change.now + timedelta(days=request.days)
        is_put_off = await lifecycle.snooze(change.session, change.incident.pk, until)
        result = Snoozed(change.incident.number, until if is_put_off else None)
        return await work.done(change.session, result)


@dataclass(frozen=True)
class AskForNotes:
    number: int | None = None


async def ask_for_notes(work: UnitOfWork, actor: Actor, request: AskForNotes) -> int:
    """Have the draft read and the editor's notes shown to its owner alone; returns the incident's number.

    Raises:
        NoDraftYet: there is nothing to note anything about.
        NotTheOwner: somebody else asks.
    """
    async with work.changing(actor, request.number, "ask_for_notes") as change:
        incident = change.incident
        postmortem = await postmortems.of_incident(change.session, incident.pk)
        if postmortem is None:
            raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
        if postmortem.owner_id != change.by:
            raise NotTheOwner(incident.number, postmortem.owner_id)
        asked = actor.key or f"command:{uuid4()}"
        notes = intents.editor_notes(incident.pk, NotesOccasion.ASKED, change.by, actor.response_url, asked)
        await outbox.ask(change.session, [notes], asked_at=change.now)
        return await work.done(change.session, incident.number)


@dataclass(frozen=True)
class DismissNote:
    """`key` is the note's."""

    key: str
    number: int


async def dismiss_note(work: UnitOfWork, actor: Actor, request: DismissNote) -> None:
    """Never show a note of the editor again.

    Raises:
        NotTheOwner: somebody else does.
    """
    async with work.changing(actor, request.number, "dismiss_note") as change:
        postmortem = await postmortems.to_change(change.session, change.incident.pk)
        if postmortem is None or postmortem.owner_id != change.by:
            raise NotTheOwner(change.incident.number, postmortem.owner_id if postmortem else None)
        await dismissals.dismiss(change.session, change.incident.pk, request.key, by=change.by, at=change.now)


@dataclass(frozen=True)
class ChooseAudience:
    """`choice` is for whom the drafts in a channel shared with another company are."""

    choice: Audience
    number: int


async def choose_audience(work: UnitOfWork, actor: Actor, request: ChooseAudience) -> None:
    """Choose it; what waits is delivered. Choosing the same again changes nothing."""
    async with work.changing(actor, request.number, "choose_audience") as change:
        await audiences.choose(
            change.session,
            change.incident,
            request.choice,
            by=change.by,
            channel_id=actor.channel_id,
            now=change.now,
        )
