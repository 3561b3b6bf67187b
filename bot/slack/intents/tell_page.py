"""Telling an incident's channel where its post-mortem stands, or asking what becomes of an edited page."""

from __future__ import annotations

from bot.incidents.pages.work import kept_inside
from bot.incidents.views.pages import page_view
from bot.slack.blocks import pages as blocks
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import incidents, pages
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName, PageNews, PageState


async def tell_page(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say it, where somebody can still hear it; a question that is settled meanwhile is not asked."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        page = await pages.by_id(session, subject.number(intent, "page_id"))
    if not incident.channel_id or incident.is_archived or page is None:
        return None
    what, who = PageNews(subject.text(intent, "what")), intent.subject.get("who")
    lacks = intent.subject.get("lacks")
    view = page_view(page)
    match what:
        case PageNews.MADE:
            surface = blocks.made(incident.number, view, None if lacks is None else str(lacks))
        case PageNews.NO_PICTURE:
            surface = blocks.unpictured(incident.number, view, str(lacks))
        case PageNews.WITHHELD:
            surface = blocks.withheld(incident.number, view, kept_inside(incident) or "it was to stay inside")
        case PageNews.EDITED:
            if page.state != PageState.EDITED:
                return None
            asked = blocks.PageRef(page.pk, page.edited_version or "")
            surface = blocks.edited(incident.number, view, asked, str(who) if who else None)
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.TELL_PAGE,
    tell_page,
    Reconciled.BY_METADATA,
    could_not="tell here where the published post-mortem stands",
)
