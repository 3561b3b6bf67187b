"""Bringing a draft that stands in a thread in step with the record, once it quotes what was deleted.

Its messages are Scribe's, so nobody else can take the words of a deleted message out of them. A quote may
go on in further messages, and stand in several places, so the whole draft is compiled anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.incidents import intents
from bot.postmortem.compiling import compile_draft
from bot.postmortem.deleted import deleted_of
from bot.postmortem.deliver.ladder import part_named
from bot.postmortem.deliver.reading import as_people_left_it
from bot.postmortem.document import Document
from bot.postmortem.quotes import quoted
from bot.postmortem.render import thread
from bot.slack.calls import Refused
from bot.slack.posting import UNREADABLE, OutcomeUnknown, begin, carrying, keyed, post_once
from bot.slack.services import Services
from bot.text.well_formed import text
from storage import drafts, postmortems
from storage.outbox import PendingIntent
from storage.postmortem_tables import Draft
from storage.tables import Incident

log = structlog.get_logger()

NOTHING_LEFT = UNREADABLE | {
    "message_not_found",
    "thread_not_found",
    "cant_update_message",
    "cant_delete_message",
    "edit_window_closed",
    "is_archived",
}
"""Nothing stands there any more, or nothing that Scribe may change."""


async def update_thread(services: Services, incident: Incident, draft: Draft, intent: PendingIntent) -> None:
    """Change the messages of a draft's thread that say something else now; doing it again changes nothing.

    Where nothing was deleted that they quote, they stay as they are.
    """
    channel_id = draft.internal_channel_id or incident.channel_id
    assert channel_id and draft.thread_ts
    delivery = intents.deliver_draft(incident.pk, draft.pk, None).key
    try:
        standing = dict([one async for one in keyed(services, channel_id, draft.thread_ts)])
    except OutcomeUnknown as unknown:
        log.warning("draft.thread_unread", incident=incident.number, why=str(unknown))
        return
    said = "\n".join(text(message.get("text")) for message in standing.values())
    is_first_try = not (intent.attempts or intent.is_in_doubt)
    if is_first_try and not await deleted_of(services, incident, quoted(said)):
        return
    await begin(services, intent)  # where it is interrupted, the rest follows whatever it quotes
    parts = thread.render(await _document(services, incident, draft))
    keys = [f"{delivery}:{part_named(number)}" for number in range(len(parts) + len(standing))]
    last = max((number for number, key in enumerate(keys) if key in standing), default=len(parts))
    for number, key in enumerate(keys):
        part = parts[number] if number < len(parts) else None
        try:
            if key in standing:
                await _change(services, channel_id, standing[key], key, part)
            elif number > last and part:
                await post_once(services, intent, channel_id, key, text=part, thread_ts=draft.thread_ts)
        except Refused as refusal:
            if refusal.error not in NOTHING_LEFT:
                raise
            log.warning("draft.thread_not_updated", incident=incident.number, why=str(refusal))


async def _change(
    services: Services, channel_id: str, message: Mapping[str, Any], key: str, part: str | None
) -> None:
    """Let a message say what is its part of the draft now, or delete it where it has none."""
    place = {"channel": channel_id, "ts": message["ts"]}
    if part is None:
        await services.slack.call("chat_delete", **place)
    elif message.get("text") != part:
        await services.slack.call("chat_update", **place, text=part, metadata=carrying(key))


async def _document(services: Services, incident: Incident, draft: Draft) -> Document:
    """The draft from the record as it is now, with what people had changed in a canvas before it."""
    document = await compile_draft(services, incident, template=draft.template)
    async with services.database.read() as session:
        before = await drafts.newest_in_canvas(session, incident.pk, is_public=draft.is_public)
        reading = await postmortems.last_reading(session, incident.pk)
    if before is None or bool(before.internal_channel_id) != bool(draft.internal_channel_id):
        return document
    return as_people_left_it(document, before, reading)
