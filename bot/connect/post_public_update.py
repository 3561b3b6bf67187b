"""Posting on a status page what somebody pressed for, once, and as it stood in the form."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import homes, intents
from bot.incidents.status_pages.contract import NewPost, SeenIncident, StatusPage
from bot.incidents.status_pages.work import posted
from bot.slack.blocks.public_posts import not_posted_answer, posted_answer
from bot.slack.calls import Refused, RefusedByTracker, TryLater
from bot.slack.intents import subject
from bot.slack.posting import OutcomeUnknown, begin, done
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import incidents, outbox, status_pages
from storage.outbox import NewIntent, PendingIntent
from storage.status_page_tables import PublicIncident, PublicPost
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName

WORTH_POSTING = timedelta(hours=1)
"""How long after its press a post may still go out: later it may be untrue, and somebody presses again."""
ANSWERED_WITHIN = timedelta(minutes=25)
"""How long Slack surely takes an answer to who pressed."""
TOO_LATE = "it could not be posted within an hour, and may be untrue by now"
PRIVATE_SINCE = "the incident became private after the press"
CANCELLED_SINCE = "the incident was cancelled after the press"
NO_TOKEN = "its token is not set any more"
OVERTAKEN = "a later post stands there already"


async def post_public_update(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post it, unless it is there, and note where people read it.

    Where an earlier try may have arrived, the page is read first, once it is sure to show it.

    What is not to be posted any more is dropped. Who pressed is told of that, and of a refusal.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        post = await status_pages.post_by_id(session, subject.number(intent, "post_id"))
        if post is None or post.posted_at:
            return None
        shown = await status_pages.on_page(session, incident.pk, post.page)
        alike = await status_pages.posted_alike(session, incident.pk, post)
        opening = await status_pages.opening_post(session, incident.pk, post.page)
        is_overtaken = await status_pages.is_overtaken(session, incident.pk, post)
        others = await status_pages.remote_ids_of_others(session, incident.team_id, incident.pk, post.page)
    title = services.page_title(post.page)
    if shown is None:
        return None
    try:
        page = _page(services, intent, post, title)
        with page.turn():
            new = replace(_new(shown, post, alike, opening), others=others)
            seen = await _seen(services, page, intent, shown, post, new) if intent.is_in_doubt else None
            if seen is None:
                why = _not_meant_any_more(services, incident, shown, post, is_overtaken=is_overtaken)
                if why:
                    await _tell(services, intent, post, not_posted_answer(incident.number, title, why))
                    return None
                await _note_tried(services, post)
                await begin(services, intent)
                if shown.remote_id:
                    seen = await page.update(shown.remote_id, new)
                else:
                    seen = await page.open(new)
    except Refused as refusal:
        why = refusal.said if isinstance(refusal, RefusedByTracker) else str(refusal)
        await _tell(services, intent, post, not_posted_answer(incident.number, title, why or refusal.error))
        raise
    done(intent)
    return _noting(services, intent, incident, post, seen, title)


def _page(services: Services, intent: PendingIntent, post: PublicPost, title: str) -> StatusPage:
    page = services.status_pages.get(post.page)
    if page is None and intent.is_in_doubt:
        raise OutcomeUnknown(NO_TOKEN)
    if page is None:
        raise RefusedByTracker(title, 0, NO_TOKEN)
    return page


def _new(shown: PublicIncident, post: PublicPost, alike: int, opening: PublicPost | None) -> NewPost:
    return NewPost(
        incident=shown.marker,
        marker=post.marker,
        name=post.name,
        text=post.text,
        state=post.state,
        impact=post.impact,
        components=tuple(post.components),
        notifies=post.notifies,
        since=post.at,
        alike=alike,
        opened_alike=opening is not None and (opening.text, opening.state) == (post.text, post.state),
    )


async def _seen(
    services: Services,
    page: StatusPage,
    intent: PendingIntent,
    shown: PublicIncident,
    post: PublicPost,
    new: NewPost,
) -> SeenIncident | None:
    """What an earlier try left on the page, if it did.

    Raises:
        TryLater: the page may not show it yet.
        OutcomeUnknown: it refuses to show, or has not answered for as long as it was worth posting.
    """
    try:
        seen = await (page.shows(shown.remote_id, new) if shown.remote_id else page.find(new))
    except Refused as refusal:
        raise OutcomeUnknown(str(refusal)) from refusal
    except TryLater as trouble:
        if services.clock.now() - post.at > WORTH_POSTING:
            raise OutcomeUnknown(str(trouble)) from trouble
        raise
    settled = (post.tried_at or intent.asked_at) + page.settles_within - services.clock.now()
    if seen is None and settled > timedelta():
        wait = min(settled, page.settles_within).total_seconds()
        raise TryLater(f"{page.title} may not show yet what it took", wait, is_expected=True)
    return seen


def _not_meant_any_more(
    services: Services, incident: Incident, shown: PublicIncident, post: PublicPost, *, is_overtaken: bool
) -> str | None:
    """Why it must not go out any more, since time has passed since the press."""
    if incident.status == IncidentStatus.CANCELLED and shown.remote_id is None:
        return CANCELLED_SINCE
    if incident.is_private and not post.is_private_said:
        return PRIVATE_SINCE
    if is_overtaken:
        return OVERTAKEN
    return TOO_LATE if services.clock.now() - post.at > WORTH_POSTING else None


async def _note_tried(services: Services, post: PublicPost) -> None:
    """Note when it is about to be posted: until some time after that, not finding it proves nothing."""
    async with services.database.write() as session:
        kept = await status_pages.post_by_id(session, post.pk)
        if kept:
            kept.tried_at = services.clock.now()
            session.add(kept)


def _noting(
    services: Services,
    intent: PendingIntent,
    incident: Incident,
    post: PublicPost,
    seen: SeenIncident,
    title: str,
) -> OnSent:
    text = posted_answer(incident.number, title, seen.url)

    async def note(session: AsyncSession) -> None:
        now = services.clock.now()
        current = await incidents.by_id(session, incident.pk)
        kept = await status_pages.post_by_id(session, post.pk)
        if kept is None:
            return
        await posted(session, current, kept, seen, title, now=now)
        await homes.follow(session, current.team_id, now)
        told = _reply(services, intent, post, text)
        if told:
            await outbox.ask(session, [told], asked_at=now)

    return note


async def _tell(services: Services, intent: PendingIntent, post: PublicPost, text: str) -> None:
    """Tell who pressed, once, that it is not there: where they pressed, else in direct messages."""
    team_id = services.workspace.team_id
    told = _reply(services, intent, post, text) or intents.answer(
        team_id, post.by, f"{intent.key}:{intent.requests}", post.by, None, text, None, is_direct=True
    )
    await services.work.tell_once(told)


def _reply(services: Services, intent: PendingIntent, post: PublicPost, text: str) -> NewIntent | None:
    response_url = subject.response_url(intent)
    if not response_url or services.clock.now() - post.at > ANSWERED_WITHIN:
        return None
    key = f"public:{post.pk}:{intent.requests}"
    return intents.reply(services.workspace.team_id, response_url, text, key)


KIND = IntentKind(
    IntentName.POST_PUBLIC_UPDATE,
    post_public_update,
    Reconciled.BY_STATUS_PAGE,
    could_not="post on the status page",
    question=(
        "Scribe may have posted of INC-{number} on a status page (its answer was lost) and cannot look "
        "through all that stands there. Look there: if the post is missing, say it again by "
        "`/incident update --public`."
    ),
)
