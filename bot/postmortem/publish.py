"""Publishing a post-mortem: its final text is stored and written to files, and the channel is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.channels import unreachable_because
from bot.postmortem.compiling import compile_draft
from bot.postmortem.copies import write_files
from bot.postmortem.deleted import without_deleted
from bot.postmortem.deliver.reading import NoText, as_people_left_it, last_standing, read_draft
from bot.postmortem.render import markdown_file
from bot.slack.blocks import published as surface_of
from bot.slack.blocks.published import OpenItem, Source
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from bot.text.mrkdwn import inert_line
from storage import action_items, drafts, incidents, outbox, postmortems
from storage.action_items import Found
from storage.outbox import PendingIntent
from storage.postmortem_tables import ActionItem, Draft, Postmortem
from storage.tables import Incident, Message
from storage.vocabulary import ActionItemState, IncidentStatus, IntentName, PostmortemState

log = structlog.get_logger()


@dataclass(frozen=True)
class Final:
    """The text a post-mortem is published with, and where it is from; people's words are of `read_at`."""

    markdown: str
    source: Source
    read_at: datetime | None = None


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
    if (
        not _is_this_one(postmortem, intent)
        or postmortem is None
        or incident.status == IncidentStatus.CANCELLED
    ):
        return None
    final = await final_text(services, incident, draft)
    files = await write_files(services, incident, postmortem, final.markdown, items)
    if incident.channel_id and not unreachable_because(incident):
        shown, published_by = await _named(services, items, postmortem.published_by or "")
        surface = surface_of.published(
            await summary_of(services, incident),
            published_by,
            postmortem.published_at or services.clock.now(),
            shown,
            source=final.source,
            read_at=final.read_at,
            files=files,
        )
        await post_once(
            services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
        )

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


async def final_text(services: Services, incident: Incident, draft: Draft | None) -> Final:
    """The canvas as it stands; else the draft compiled from the record, with people's words as last read.

    A draft that is no canvas, a thread for example, cannot be edited by people: the record says the same.
    """
    source, read_at = Source.NOBODY_EDITS, None
    reading = None
    if draft and draft.canvas_id:
        text = await read_draft(services, draft)
        if isinstance(text, str) and text.strip():
            return Final(await without_deleted(services, incident, text), Source.READ_NOW)
        source = Source.EMPTIED
        if isinstance(text, NoText):
            source = Source.GONE if text is NoText.GONE else Source.COMPILED
            async with services.database.read() as session:
                reading = await postmortems.last_reading(session, incident.pk)
            if reading and last_standing(draft, reading):
                read_at = reading.read_at
    document = await compile_draft(services, incident, template=draft.template if draft else None)
    return Final(markdown_file.render(as_people_left_it(document, draft, reading)), source, read_at)


async def _named(services: Services, items: Sequence[Found], by: str) -> tuple[list[OpenItem], str]:
    """The open items and the publisher as they are shown: with names, so that nobody is pinged."""
    texts = [words_of(item, message) for item, message in items]
    people = {by, *(item.owner_id for item, _ in items if item.owner_id)}
    names = await names_in(services.directory, texts, people)
    shown = [
        OpenItem(
            number=item.number,
            text=inert_line(text, names),
            owner=(names.person(item.owner_id) or item.owner_id) if item.owner_id else None,
            due=item.due_on.isoformat() if item.due_on else None,
            ticket_url=item.ticket_url,
        )
        for (item, _), text in zip(items, texts, strict=True)
    ]
    return shown, names.person(by) or by


def words_of(item: ActionItem, message: Message | None) -> str:
    """An action item's words as Slack text: its own, else its message's."""
    if item.text is not None:
        return item.text
    if message is None or not message.is_known or message.deleted_ts:
        return "(its message was deleted in Slack)" if message and message.deleted_ts else "(not read yet)"
    return message.text


KIND = IntentKind(IntentName.PUBLISH, publish, Reconciled.BY_METADATA, could_not="publish the post-mortem")
