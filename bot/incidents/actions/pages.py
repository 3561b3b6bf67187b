"""Deciding what becomes of a page that people edited, or deleted, since Scribe wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.incidents import intents
from bot.incidents.actor import Actor
from bot.incidents.pages.errors import PageSettled
from bot.incidents.unit_of_work import UnitOfWork
from storage import outbox, pages, postmortems
from storage.vocabulary import PageState


@dataclass(frozen=True)
class DecidePage:
    """`version` is the one by people that was asked about, "" where the page was deleted."""

    page_id: int
    version: str
    overwrites: bool
    number: int


async def decide_page(work: UnitOfWork, actor: Actor, request: DecidePage) -> None:
    """Overwrite that version with what was published, or leave it; either is done once.

    Raises:
        PageSettled: it was decided, published again or reopened since it was asked.
    """
    async with work.changing(actor, request.number, "decide_page") as change:
        session, incident = change.session, change.incident
        await postmortems.to_change(session, incident.pk)
        page = await pages.by_id(session, request.page_id)
        if page is None or page.incident_id != incident.pk:
            raise PageSettled(incident.number)
        last = (await postmortems.publications(session, incident.pk))[-1:]
        is_published = any(one.version == page.publication and one.reopened_at is None for one in last)
        is_asked = page.state == PageState.EDITED and page.edited_version == request.version
        if not (is_asked and is_published):
            raise PageSettled(incident.number)
        page.state = PageState.ASKED if request.overwrites else PageState.LEFT
        page.decided_by = change.by
        session.add(page)
        if request.overwrites:
            await outbox.ask(session, [intents.publish_page(incident.pk, page.pk)], asked_at=change.now)
