"""Where a published post-mortem stands outside Slack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.actor import Actor
from bot.incidents.pages.errors import PageSettled
from bot.incidents.unit_of_work import UnitOfWork
from bot.settings.pages import PAGE_TITLES
from storage import pages
from storage.page_tables import Page
from storage.vocabulary import PageState


@dataclass(frozen=True)
class PageView:
    """A page by what people call its host. `written` is the publication that stands there, None: none yet.

    `url` None: its host has no address that people read. `publication` was asked for last.
    """

    title: str
    url: str | None
    state: PageState
    publication: int
    written: int | None
    decided_by: str | None = None


async def page_of(work: UnitOfWork, actor: Actor, number: int, page_id: int) -> PageView:
    """A page of an incident that the actor may see.

    Raises:
        PageSettled: it is none of its pages.
    """
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        page = await pages.by_id(session, page_id)
    if page is None or page.incident_id != incident.pk:
        raise PageSettled(incident.number)
    return page_view(page)


async def pages_of(session: AsyncSession, incident_id: int) -> Sequence[PageView]:
    """Every page of an incident that was asked for."""
    return [page_view(one) for one in await pages.of_incident(session, incident_id)]


def page_view(page: Page) -> PageView:
    title = PAGE_TITLES.get(page.host, page.host)
    return PageView(title, page.url, page.state, page.publication, page.written, page.decided_by)
