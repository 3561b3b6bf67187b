"""Publishing a post-mortem: its final text is stored and written to files, and the channel is told once."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.channels import unreachable_because
from bot.incidents.draft_link import link_in_channel
from bot.incidents.views.pages import pages_of
from bot.postmortem.copies import write_files
from bot.postmortem.final_text import final_text
from bot.postmortem.merge.blocks import opening_of
from bot.postmortem.render import slack_markdown
from bot.slack.blocks import Block
from bot.slack.blocks import published as surface_of
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.mrkdwn import plain
from storage import action_items, audiences, drafts, incidents, outbox, postmortems
from storage.outbox import PendingIntent
from storage.postmortem_tables import Postmortem
from storage.tables import Incident
from storage.vocabulary import ActionItemState, Audience, IncidentStatus, IntentName, PostmortemState

log = structlog.get_logger()

NO_PICTURE = frozenset({"invalid_blocks", "invalid_blocks_format", "slack_file_not_found"})
"""What Slack may say of a message whose picture it cannot show, because somebody deleted it for example."""


async def publish(services: Services, intent: PendingIntent) -> OnSent | None:
    """Keep the text, people's edits included, write its files, and tell the channel.

    One that was reopened meanwhile is left alone. Everything here can be done again: after an interruption
    the text is read again, the files are replaced as a whole, and the message is looked for by its key.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        postmortem = await postmortems.of_incident(session, incident.pk)
        draft = await drafts.newest_delivered(session, incident.pk)
        items = await action_items.standing(session, incident, state=ActionItemState.OPEN)
        elsewhere = await pages_of(session, incident.pk)
    if (
        not _is_this_one(postmortem, intent)
        or postmortem is None
        or incident.status == IncidentStatus.CANCELLED
    ):
        return None
    final = await final_text(services, incident, draft)
    files = await write_files(services, incident, postmortem, final.markdown, items)
    if incident.channel_id and not unreachable_because(incident):
        is_for_all = await _is_for_all(services, incident)
        opening = opening_of(final.markdown) if is_for_all else ""
        by = postmortem.published_by or ""
        people = {by, *slack_markdown.mentioned(opening)}
        names = await names_in(services.directory, [incident.title], people)
        surface = surface_of.published(
            incident.number,
            plain(incident.title, names),
            names.person(by) or by,
            postmortem.published_at or services.clock.now(),
            slack_markdown.lines(opening, names),
            link=link_in_channel(services.workspace, incident, draft) if draft else None,
            picture=await _picture(services, incident) if is_for_all else None,
            source=final.source,
            read_at=final.read_at,
            files=files,
            pages=elsewhere,
        )
        await _announce(services, intent, incident.channel_id, surface.text, surface.blocks)

    async def note(session: AsyncSession) -> None:
        kept = await postmortems.to_change(session, incident.pk)
        if kept and _is_this_one(kept, intent):
            kept.final_markdown = final.markdown
            session.add(kept)
            for publication in (await postmortems.publications(session, kept.incident_id))[-1:]:
                publication.markdown = final.markdown
                session.add(publication)
        # a message may have been deleted after the text was read
        asks = [intents.refresh_summary(incident.pk), intents.update_copies(incident.pk)]
        await outbox.ask(session, asks, asked_at=services.clock.now())

    return note


def _is_this_one(postmortem: Postmortem | None, intent: PendingIntent) -> bool:
    if postmortem is None or postmortem.state != PostmortemState.PUBLISHED or postmortem.published_at is None:
        return False
    return f"{postmortem.published_at:%Y%m%dT%H%M%S%f}" == subject.text(intent, "published")


async def _is_for_all(services: Services, incident: Incident) -> bool:
    """Whether everybody in the channel may read what the post-mortem says.

    Where another company reads along, only when its owner put the drafts there.
    """
    async with services.database.read() as session:
        known = await audiences.of_incident(session, incident.pk)
    choice = known.choice if known else None
    return choice == Audience.CHANNEL or (choice is None and not incident.is_ext_shared)


async def _picture(services: Services, incident: Incident) -> str | None:
    async with services.database.read() as session:
        return await drafts.newest_picture(session, incident.pk)


async def _announce(
    services: Services, intent: PendingIntent, channel_id: str, text: str, blocks: Sequence[Block]
) -> None:
    """Post it once, without its picture where Slack does not take that."""
    try:
        await post_once(services, intent, channel_id, intent.key, text=text, blocks=list(blocks))
    except Refused as refusal:
        words = [block for block in blocks if block["type"] != "image"]
        if refusal.error not in NO_PICTURE or len(words) == len(blocks):
            raise
        log.warning("publish.no_picture", why=str(refusal))
        await post_once(services, intent, channel_id, intent.key, text=text, blocks=words)


KIND = IntentKind(IntentName.PUBLISH, publish, Reconciled.BY_METADATA, could_not="publish the post-mortem")
