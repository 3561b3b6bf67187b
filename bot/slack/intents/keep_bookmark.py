"""Keeping a bookmark at the head of an incident's channel: to the live timeline, then to the draft."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.channels import unreachable_because
from bot.slack.blocks.summary import Summary
from bot.slack.calls import Refused
from bot.slack.channel_head import leads_to, passed_over
from bot.slack.intents import subject
from bot.slack.posting import begin, done
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from bot.text.well_formed import table, tables, text_or_none
from storage import channel_headers, incidents
from storage.outbox import PendingIntent
from storage.surface_tables import ChannelHeader
from storage.tables import Incident
from storage.vocabulary import IntentName

GONE = frozenset({"not_found", "bookmark_not_found"})


async def keep_bookmark(services: Services, intent: PendingIntent) -> OnSent | None:
    """One bookmark, that leads to what the summary leads to; where Slack takes none there is none."""
    incident_id = subject.incident_id(intent)
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        header = await channel_headers.of_incident(session, incident_id)
    facts = await summary_of(services, incident)
    link = leads_to(facts)
    if not incident.channel_id or unreachable_because(incident) or header.bookmark_link == link:
        return None
    bookmark_id = await _kept(services, intent, incident.channel_id, header, link, _titles(incident, facts))

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
    titles: list[str],
) -> str | None:
    """The id of the bookmark that stands then; None: there is none."""
    try:
        standing = header.bookmark_id
        if standing is None and intent.is_in_doubt:
            standing = await _standing(services, channel_id, titles)
        if link is None:
            if standing:
                await services.slack.call("bookmarks_remove", channel_id=channel_id, bookmark_id=standing)
            return None
        title = titles[0]
        if standing:
            try:
                await services.slack.call(
                    "bookmarks_edit", channel_id=channel_id, bookmark_id=standing, title=title, link=link
                )
                return standing
            except Refused as refusal:
                if refusal.error not in GONE:
                    raise
        await begin(services, intent)
        answer = await services.slack.call(
            "bookmarks_add", channel_id=channel_id, title=title, type="link", link=link
        )
        done(intent)
    except Refused as refusal:
        passed_over("keep a bookmark to the draft", refusal)
        return None
    return text_or_none(table(answer.get("bookmark")).get("id"))


def _titles(incident: Incident, facts: Summary) -> list[str]:
    """The bookmark's title, then what an earlier try may have called it."""
    titles = [f"INC-{incident.number}: post-mortem draft", f"INC-{incident.number}: timeline (live)"]
    return titles if facts.draft_link else titles[::-1]


async def _standing(services: Services, channel_id: str, titles: list[str]) -> str | None:
    """The bookmark that an interrupted try made, if it did."""
    answer = await services.slack.call("bookmarks_list", channel_id=channel_id)
    for found in tables(answer.get("bookmarks")):
        if found.get("title") in titles:
            return text_or_none(found.get("id"))
    return None


KIND = IntentKind(
    IntentName.KEEP_BOOKMARK,
    keep_bookmark,
    Reconciled.BY_TITLE,
    could_not="keep a bookmark to the draft",
)
