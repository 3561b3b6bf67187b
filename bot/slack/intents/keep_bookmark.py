"""Keeping a bookmark to the canvas in the header of an incident's channel."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.channels import unreachable_because
from bot.slack.calls import Refused
from bot.slack.channel_head import canvas_of, passed_over
from bot.slack.intents import subject
from bot.slack.posting import begin, done
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from bot.text.well_formed import table, tables, text_or_none
from storage import channel_headers, incidents
from storage.outbox import PendingIntent
from storage.surface_tables import ChannelHeader
from storage.vocabulary import IntentName

GONE = frozenset({"not_found", "bookmark_not_found"})


async def keep_bookmark(services: Services, intent: PendingIntent) -> OnSent | None:
    """One bookmark, that leads to what the summary leads to; where Slack takes none there is none."""
    incident_id = subject.incident_id(intent)
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        header = await channel_headers.of_incident(session, incident_id)
    link = canvas_of(await summary_of(services, incident))
    if not incident.channel_id or unreachable_because(incident) or header.bookmark_link == link:
        return None
    bookmark_id = await _kept(services, intent, incident.channel_id, header, link, f"INC-{incident.number}")

    async def note(session: AsyncSession) -> None:
        header = await channel_headers.of_incident(session, incident_id)
        header.bookmark_id, header.bookmark_link = bookmark_id, link
        session.add(header)

    return note


async def _kept(
    services: Services,
    intent: PendingIntent,
    channel_id: str,
    header: ChannelHeader,
    link: str | None,
    name: str,
) -> str | None:
    """The id of the bookmark that stands then; None: there is none."""
    title = f"{name}: canvas"
    try:
        if link is None:
            if header.bookmark_id:
                await services.slack.call(
                    "bookmarks_remove", channel_id=channel_id, bookmark_id=header.bookmark_id
                )
            return None
        if header.bookmark_id:
            try:
                await services.slack.call(
                    "bookmarks_edit", channel_id=channel_id, bookmark_id=header.bookmark_id, link=link
                )
                return header.bookmark_id
            except Refused as refusal:
                if refusal.error not in GONE:
                    raise
        await begin(services, intent)
        if intent.is_in_doubt and (standing := await _standing(services, channel_id, title)):
            return standing
        answer = await services.slack.call(
            "bookmarks_add", channel_id=channel_id, title=title, type="link", link=link
        )
        done(intent)
    except Refused as refusal:
        passed_over("keep a bookmark to the canvas", refusal)
        return None
    return text_or_none(table(answer.get("bookmark")).get("id"))


async def _standing(services: Services, channel_id: str, title: str) -> str | None:
    """The bookmark that an interrupted try made, if it did."""
    answer = await services.slack.call("bookmarks_list", channel_id=channel_id)
    for found in tables(answer.get("bookmarks")):
        if found.get("title") == title:
            return text_or_none(found.get("id"))
    return None


KIND = IntentKind(
    IntentName.KEEP_BOOKMARK,
    keep_bookmark,
    Reconciled.BY_TITLE,
    could_not="keep a bookmark to the canvas",
)
