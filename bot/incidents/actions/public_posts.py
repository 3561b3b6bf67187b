"""Having people outside told on the team's status pages: nothing leaves without somebody's press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.incidents import updates
from bot.incidents.actor import Actor
from bot.incidents.status_pages.work import Words, ask_to_post
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.updates import NewUpdate
from bot.text.slack_text import escape
from storage.vocabulary import IncidentStatus


@dataclass(frozen=True)
class PostPublicly:
    """`words` are what the form showed. `is_update`: they are an update for people inside as well."""

    words: Words
    number: int | None = None
    is_update: bool = False


@dataclass(frozen=True)
class PublicPostAsked:
    """Where it is being posted, by the pages' titles; `is_update`: it was told inside as well."""

    number: int
    titles: Sequence[str]
    is_update: bool


async def post_publicly(work: UnitOfWork, actor: Actor, request: PostPublicly) -> PublicPostAsked:
    """Have what somebody saw and pressed for posted on status pages, word for word.

    One that is over, or was cancelled, takes posts as long as a page shows it.

    Raises:
        NoStatusPage, NoPageChosen, DrillStaysInside, PrivateNotSaid, NoWords, NotForOutside, PostedSince,
        IncidentCancelled: nothing is posted (`ask_to_post`).
    """
    async with work.changing(actor, request.number, "post_publicly", even_cancelled=True) as change:
        pages = work.settings.status_pages
        posts = await ask_to_post(
            change.session,
            change.incident,
            request.words,
            pages,
            by=change.by,
            now=change.now,
            response_url=actor.response_url,
        )
        is_update = request.is_update and change.incident.status == IncidentStatus.OPEN
        if is_update:
            await updates.post(
                change.session,
                change.incident,
                NewUpdate(escape(request.words.text)),
                by=change.by,
                now=change.now,
                team=work.settings,
            )
        asked = {one.page for one in posts}
        titles = [one.title for one in pages if one.name in asked]
        return await work.done(change.session, PublicPostAsked(change.incident.number, titles, is_update))
