"""Updating what holds people's words outside the record: texts, files, drafts.

A published text is what people approved, so it is not compiled again: of what was deleted in Slack since, the
quotes are taken out (`bot.postmortem.quotes`), and the files say the same.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.incidents import homes, intents
from bot.incidents.tickets.follow import follow_messages
from bot.postmortem import published_files
from bot.postmortem.announced import update_announcements
from bot.postmortem.deleted import (
    deleted_of,
    is_to_be_cleared,
    standing_without_deleted,
    without_deleted,
)
from bot.postmortem.finding import index
from bot.postmortem.merge.standing import kept, recalled
from bot.postmortem.render import thread_parts
from bot.slack.blocks import published as surface_of
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import action_items, channels, drafts, incidents, outbox, postmortems
from storage.action_items import Found
from storage.outbox import NewIntent, PendingIntent
from storage.postmortem_tables import Postmortem
from storage.tables import Incident
from storage.vocabulary import ActionItemState, IntentName

log = structlog.get_logger()

MENTION = re.compile(r"!\[\]\(@([UW][A-Z0-9]+)\)")
"""Somebody mentioned in a canvas (docs.slack.dev/surfaces/canvases, Markdown)."""


async def update_copies(services: Services, intent: PendingIntent) -> OnSent | None:
    """Update every copy of what was said in an incident's channel; doing it again changes nothing.

    A message of a channel may be quoted by any incident of it, and one that was taken over from another
    incident by that one.
    """
    async with services.database.read() as session:
        about = await incidents.by_id(session, subject.incident_id(intent))
        every = await channels.concerned(session, about)
    for incident in every:
        await _update_threads(services, incident)
        await _clear_canvases(services, incident)
        await _update_reading(services, incident)
        await update_announcements(services, incident)
        await _update_earlier(services, incident)
        await _update_published(services, incident)
    now = services.clock.now()
    await index(services.database, [incident.pk for incident in every], now)
    async with services.database.write() as session:
        await homes.follow_messages(session, every, now)
        told = [intents.point_out_deletion(one.pk) for one in every if one.channel_id != about.channel_id]
        await outbox.ask(session, told, asked_at=now)
        for incident in every:
            await follow_messages(session, incident, now=now)
    return None


async def _update_threads(services: Services, incident: Incident) -> None:
    """Drafts in a thread, whose messages are Scribe's alone; one under way follows once it is delivered."""
    async with services.database.read() as session:
        held = await drafts.in_threads(session, incident.pk)
    quoted = {draft.pk: thread_parts.quoted_in(thread_parts.recalled(draft.posted)) for draft in held}
    gone = await deleted_of(services, incident, set().union(*quoted.values()))
    asks = [intents.update_thread(incident.pk, number) for number, ts in quoted.items() if ts & gone]
    await _ask(services, asks)


async def _clear_canvases(services: Services, incident: Incident) -> None:
    """A canvas that was handed over is people's, but for what was deleted while Scribe made it."""
    async with services.database.read() as session:
        canvases = [
            await drafts.newest_in_canvas(session, incident.pk, is_public=is_public)
            for is_public in (False, True)
        ]
        asks = [
            intents.deliver_draft(incident.pk, draft.pk, None, is_refresh=True)
            for draft in (*canvases, *await drafts.undelivered(session, incident.pk))
            if draft and await is_to_be_cleared(services, session, draft)
        ]
    await _ask(services, asks)


async def _ask(services: Services, asks: Sequence[NewIntent]) -> None:
    if asks:
        async with services.database.write() as session:
            await outbox.ask(session, asks, asked_at=services.clock.now())


async def _update_reading(services: Services, incident: Incident) -> None:
    """What people had written in the canvas when it was last read."""
    async with services.database.read() as session:
        reading = await postmortems.last_reading(session, incident.pk)
    if reading is None:
        return
    nodes = kept(await standing_without_deleted(services, incident, recalled(reading.nodes)))
    if nodes == reading.nodes:
        return
    async with services.database.write() as session:
        last = await postmortems.last_reading(session, incident.pk)
        if last and last.nodes == reading.nodes:
            last.nodes = nodes
            session.add(last)


async def _update_earlier(services: Services, incident: Incident) -> None:
    """The texts of every time it was published."""
    async with services.database.read() as session:
        published = await postmortems.publications(session, incident.pk)
    for one in published:
        text = await without_deleted(services, incident, one.markdown or "")
        if text == (one.markdown or ""):
            continue
        async with services.database.write() as session:
            await postmortems.to_change(session, incident.pk)
            for row in await postmortems.publications(session, incident.pk):
                if row.version == one.version and row.markdown == one.markdown:
                    row.markdown = text
                    session.add(row)


async def _update_published(services: Services, incident: Incident) -> None:
    async with services.database.read() as session:
        postmortem = await postmortems.of_incident(session, incident.pk)
    if postmortem is None or postmortem.final_markdown is None:
        return
    text = await without_deleted(services, incident, postmortem.final_markdown)
    if text != postmortem.final_markdown:
        async with services.database.write() as session:
            row = await postmortems.to_change(session, incident.pk)
            if row and row.final_markdown == postmortem.final_markdown:
                row.final_markdown = text
                session.add(row)
    if await asyncio.to_thread(_has_files, services, incident):
        async with services.database.read() as session:
            items = await action_items.standing(session, incident, state=ActionItemState.OPEN)
        await write_files(services, incident, postmortem, text, items)


def _has_files(services: Services, incident: Incident) -> bool:
    place = services.settings.export_dir
    return bool(place) and published_files.stand(Path(place), incident)


async def write_files(
    services: Services,
    incident: Incident,
    postmortem: Postmortem,
    markdown: str,
    items: Sequence[Found],
) -> str | None:
    """Write the files; returns the sentence about them, None where none are wanted."""
    if not services.settings.export_dir:
        return None
    place = Path(services.settings.export_dir)
    folder = published_files.folder_of(place, incident)
    async with services.database.read() as session:
        asked = await postmortems.reviewers(session, incident.pk)
        published = await postmortems.publications(session, incident.pk)
    earlier = [one for one in published if one.published_at != postmortem.published_at]
    names = await names_in(services.directory, (), set(MENTION.findall(markdown)))
    text = MENTION.sub(lambda found: f"@{names.person(found[1]) or found[1]}", markdown)
    contents = published_files.contents(incident, postmortem, asked, items, text, earlier)
    try:
        await asyncio.to_thread(published_files.write, folder, contents)
        await asyncio.to_thread(published_files.remove, published_files.elsewhere(place, incident))
    except OSError as problem:
        log.error("publish.not_written", folder=str(folder), why=str(problem))
        return surface_of.files_not_written()
    return surface_of.files_written(str(folder))


KIND = IntentKind(
    IntentName.UPDATE_COPIES,
    update_copies,
    Reconciled.READS,
    could_not="bring the texts and files of the post-mortem in step with the record",
)
