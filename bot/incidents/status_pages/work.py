"""Asking for a public post, and noting that it stands, in the caller's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.status import check_stands
from bot.incidents.status_pages.contract import SeenIncident
from bot.incidents.status_pages.errors import (
    DrillStaysInside,
    NoPageChosen,
    NoStatusPage,
    NotForOutside,
    NoWords,
    PostedSince,
    PrivateNotSaid,
)
from bot.settings.status_pages import StatusPageChoice
from bot.text.for_outside import not_for_outside
from bot.text.person_names import as_spoken
from bot.text.slack_text import escape, link
from storage import changes, outbox, participation, people, status_pages, timeline
from storage.participation import Stretch
from storage.status_page_tables import PublicIncident, PublicPost
from storage.tables import Incident, TimelineEvent
from storage.vocabulary import EventKind, EventSource, IncidentStatus, PublicImpact, PublicState

EVER = "0"
"""Before any message's `ts`."""


@dataclass(frozen=True)
class Words:
    """What somebody saw in the form and pressed for: posted as it stands there.

    `pages` names each page that is meant, with the ids of the parts that are affected there. `seen` is the
    post that was the newest when the form was opened, by its key; 0: there was none.
    """

    name: str
    text: str
    state: PublicState
    impact: PublicImpact
    pages: Mapping[str, Sequence[str]]
    notifies: bool = False
    is_private_said: bool = False
    seen: int = 0


async def ask_to_post(
    session: AsyncSession,
    incident: Incident,
    words: Words,
    pages: Collection[StatusPageChoice],
    *,
    by: str,
    now: datetime,
    response_url: str | None,
) -> list[PublicPost]:
    """Have it posted, on each page once.

    Raises:
        NoStatusPage, NoPageChosen: it would stand nowhere.
        DrillStaysInside, PrivateNotSaid: nothing of the incident is for everybody.
        IncidentCancelled: it was declared by mistake, and no page shows it.
        NoWords, NotForOutside: the words are not to be posted.
        PostedSince: somebody else posted meanwhile.
    """
    await changes.take(session, incident)
    if not pages:
        raise NoStatusPage
    known = {one.name for one in pages}
    chosen = [one for one in words.pages if one in known]
    if not chosen:
        raise NoPageChosen
    shown = {one.page: one for one in await status_pages.of_incident(session, incident.pk)}
    if not shown:
        check_stands(incident)
    if incident.is_drill:
        raise DrillStaysInside(incident.number)
    if incident.is_private and not words.is_private_said:
        raise PrivateNotSaid(incident.number)
    await _check_words(session, incident, words, by)
    newest = await status_pages.newest_post(session, incident.pk)
    if newest and newest.pk > words.seen:
        raise PostedSince(incident.number, newest.by, newest.text)
    posts: list[PublicPost] = []
    for page in chosen:
        if page not in shown:
            session.add(PublicIncident(incident_id=incident.pk, page=page, marker=uuid.uuid4().hex))
        before = await status_pages.newest_post(session, incident.pk, page)
        posts.append(
            PublicPost(
                incident_id=incident.pk,
                page=page,
                marker=uuid.uuid4().hex,
                name=words.name or (before.name if before else ""),
                text=words.text,
                state=words.state,
                impact=words.impact,
                components=list(words.pages[page]),
                notifies=words.notifies,
                is_private_said=words.is_private_said,
                by=by,
                at=now,
            )
        )
    if not all(one.name for one in posts):
        raise NoWords
    session.add_all(posts)
    await session.flush()
    asks = [intents.post_public_update(incident.pk, one.pk, one.page, response_url) for one in posts]
    await outbox.ask(session, asks, asked_at=now)
    return posts


async def _check_words(session: AsyncSession, incident: Incident, words: Words, by: str) -> None:
    if not words.text.strip():
        raise NoWords
    names = await names_of(session, incident, by)
    found = not_for_outside(f"{words.name}\n{words.text}", names)
    if found:
        raise NotForOutside(found)


async def names_of(session: AsyncSession, incident: Incident, *besides: str) -> frozenset[str]:
    """The people of an incident as sentences may call them, as far as the record knows them by name.

    `besides` are the ids of others.
    """
    whole = Stretch(incident.team_id, incident.channel_id or "", EVER, None)
    ids = {one.user_id for one in await participation.speakers(session, whole)}
    ids |= {one.user_id for one in await changes.roles(session, incident.pk)}
    ids |= {incident.declared_by, incident.resolved_by, *besides}
    known = await people.find(session, incident.team_id, {one for one in ids if one})
    return as_spoken(person.name for person in known.values() if not person.is_bot)


async def posted(
    session: AsyncSession,
    incident: Incident,
    post: PublicPost,
    seen: SeenIncident,
    title: str,
    *,
    now: datetime,
) -> None:
    """Note that a post stands on its page: on the timeline with its link, and told in the channel.

    Where the incident is over and the page says otherwise, the closing post is proposed.
    """
    await changes.take(session, incident)
    shown = await status_pages.on_page(session, incident.pk, post.page)
    if shown is None or post.posted_at:
        return
    shown.remote_id, shown.url, shown.state = seen.remote_id, seen.url, post.state
    event = TimelineEvent(
        incident_id=incident.pk,
        team_id=incident.team_id,
        number=await timeline.next_number(session, incident),
        kind=EventKind.STATUS,
        source=EventSource.COMMAND,
        occurred_at=now,
        recorded_at=now,
        text=f"Public update ({post.state}) on {link(title, seen.url)}: {escape(post.text)}",
        author_id=post.by,
        added_by=post.by,
        is_explicit=True,
    )
    post.posted_at, post.event_number = now, event.number
    session.add_all([shown, post, event])
    await session.flush()
    asks = [intents.tell_public_post(incident.pk, post.pk), intents.refresh_summary(incident.pk)]
    if incident.status != IncidentStatus.OPEN and post.state != PublicState.RESOLVED:
        asks.append(intents.offer_closing_post(incident.pk, now))
    await outbox.ask(session, asks, asked_at=now)


async def offer_closing(session: AsyncSession, incident: Incident, *, now: datetime) -> None:
    """Propose the closing post of an incident that is over, where a page may still show it otherwise."""
    shown = await status_pages.of_incident(session, incident.pk)
    if any(one.state != PublicState.RESOLVED for one in shown):
        await outbox.ask(session, [intents.offer_closing_post(incident.pk, now)], asked_at=now)
