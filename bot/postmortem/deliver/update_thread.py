"""Taking what was deleted in Slack out of a draft that stands in a thread.

Its messages are Scribe's, so nobody else can do it. They are handed over, so nothing else of them changes.
"""

from __future__ import annotations

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.postmortem.deleted import deleted_of
from bot.postmortem.deliver.progress import store_progress
from bot.postmortem.render.thread_parts import quoted_in, recalled, stored
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.posting import NO_THREAD, UNREADABLE, carrying
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import drafts, incidents, outbox
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName

log = structlog.get_logger()

NOTHING_STANDS = NO_THREAD | {"message_not_found"}
AWAY = UNREADABLE | {"is_archived"}
"""Slack's words for a channel that may come back: then it is asked for again."""
NOT_ALLOWED = frozenset({"cant_update_message", "edit_window_closed"})
"""Where a workspace lets nobody change what was posted so long ago."""
AS_POSTED = "none"
"""How a text is read that is posted; one that is updated is read otherwise (docs.slack.dev/reference/methods/
chat.update, `parse`)."""


async def update_thread(services: Services, intent: PendingIntent) -> OnSent | None:
    """Update the messages of a draft's thread that quote what was deleted; doing it again changes nothing.

    What is still being posted is updated once more when the draft is delivered. Where Slack lets nobody
    change what stands, the draft is one like a file from then on: the channel is told.

    Raises:
        Refused: Slack refused a change, and the others were made.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        draft = await drafts.by_id(session, subject.number(intent, "draft_id"))
    as_of = services.clock.now()
    parts = recalled(draft.posted)
    gone = await deleted_of(services, incident, quoted_in(parts))
    channel_id = draft.internal_channel_id or incident.channel_id
    if not gone or not channel_id:
        return None
    refused: list[Refused] = []
    for number, part in enumerate(parts):
        if not gone & quoted_in([part]):
            continue
        if not part.ts:
            parts[number] = part.blanked(gone.__contains__)
            continue
        key = f"{intents.deliver_draft(incident.pk, draft.pk, None).key}:part {number}"
        kept = part.without(gone.__contains__)
        change = {"ts": part.ts, "text": kept.text, "parse": AS_POSTED, "metadata": carrying(key)}
        try:
            await services.slack.call("chat_update", channel=channel_id, **change)
        except Refused as refusal:
            log.warning("draft.thread_not_updated", incident=incident.number, why=str(refusal))
            if refusal.error not in NOTHING_STANDS:
                refused.append(refusal)
                continue
        parts[number] = kept
        draft = await store_progress(services, draft, posted=stored(parts))
    columns = {} if refused else {"as_of": as_of}
    await store_progress(services, draft, posted=stored(parts), **columns)
    for one in refused:
        if one.error not in AWAY | NOT_ALLOWED:
            raise one
    is_for_good = draft.delivered_at is not None and any(one.error in NOT_ALLOWED for one in refused)
    return _stays(services, incident.pk, draft.pk) if is_for_good else None


def _stays(services: Services, incident_id: int, draft_id: int) -> OnSent:
    async def note(session: AsyncSession) -> None:
        draft = await drafts.by_id(session, draft_id)
        draft.posted = None
        session.add(draft)
        told = intents.point_out_deletion(incident_id)
        await outbox.ask(session, [told], asked_at=services.clock.now())

    return note


KIND = IntentKind(
    IntentName.UPDATE_THREAD,
    update_thread,
    Reconciled.READS,
    could_not="take what was deleted out of the draft in a thread",
)
