"""Asking for pages of a published post-mortem, and what became of them, in the caller's transaction."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.pages.contract import SeenPage
from bot.settings.pages import PageSettings
from bot.text.of_programs import web_address
from storage import outbox, pages
from storage.page_tables import Page
from storage.tables import Incident
from storage.vocabulary import PageNews, PageState


def kept_inside(incident: Incident) -> str | None:
    """Why its post-mortem leaves Slack only where a person says so; completes "because"."""
    if incident.is_private:
        return "its channel is private"
    if incident.is_ext_shared:
        return "its channel is shared with another company"
    return "it is a drill" if incident.is_drill else None


async def ask_for_pages(
    session: AsyncSession,
    incident: Incident,
    publication: int,
    settings: PageSettings,
    *,
    is_said: bool,
    by: str,
    now: datetime,
) -> None:
    """Have it written to every host that is set, of what is kept inside only where somebody said so.

    What was asked about an earlier publication's page is void: it is looked at anew.
    """
    if kept_inside(incident) and not is_said:
        return
    for host in settings.page_hosts:
        page = await pages.at_host(session, incident.pk, host.name) or Page(
            incident_id=incident.pk,
            host=host.name,
            marker=uuid.uuid4().hex,
            publication=publication,
            asked_by=by,
            asked_at=now,
        )
        page.publication, page.is_said = publication, is_said
        page.asked_by, page.asked_at, page.state = by, now, PageState.ASKED
        page.edited_version = page.decided_by = None
        session.add(page)
        await session.flush()
        await outbox.ask(session, [intents.publish_page(incident.pk, page.pk)], asked_at=now)


async def note_written(
    session: AsyncSession, page: Page, seen: SeenPage, publication: int, *, now: datetime
) -> None:
    """It stands there as that publication; its link is shown. What is new, or lacking, is told."""
    url = web_address(seen.url or "")
    is_new = url is not None and url != page.url
    page.remote_id, page.version, page.written = seen.remote_id, seen.version, publication
    page.url = url or page.url
    page.tried_at = None  # it is known what became of that
    if page.publication == publication:
        page.state, page.edited_version, page.decided_by = PageState.WRITTEN, None, None
    session.add(page)
    asks = [intents.refresh_summary(page.incident_id), intents.link_pages(page.incident_id)]
    if is_new or seen.lacks is not None:
        what = PageNews.MADE if is_new else PageNews.NO_PICTURE
        asks.append(intents.tell_page(page.incident_id, page.pk, what, now, lacks=seen.lacks))
    await outbox.ask(session, asks, asked_at=now)


async def note_edited(session: AsyncSession, page: Page, seen: SeenPage | None, *, now: datetime) -> None:
    """People changed it, or deleted it (`seen` is None): they are asked what becomes of it."""
    page.state, page.decided_by = PageState.EDITED, None
    page.edited_version = seen.version if seen else ""
    session.add(page)
    told = intents.tell_page(page.incident_id, page.pk, PageNews.EDITED, now, who=seen.by if seen else None)
    await outbox.ask(session, [told], asked_at=now)


async def note_withheld(session: AsyncSession, page: Page, *, now: datetime) -> None:
    """Its incident is to stay inside since it was published; whoever published it is told."""
    page.state = PageState.WITHHELD
    session.add(page)
    told = intents.tell_page(page.incident_id, page.pk, PageNews.WITHHELD, now)
    await outbox.ask(session, [told], asked_at=now)
