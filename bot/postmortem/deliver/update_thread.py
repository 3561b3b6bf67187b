"""Taking what was deleted in Slack out of a draft that stands in a thread.

Its messages are Scribe's, so nobody else can do it. They are handed over, so nothing else of them changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.incidents import intents
from bot.postmortem.deleted import deleted_of
from bot.postmortem.quotes import quoted, without_rows
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.posting import UNREADABLE, OutcomeUnknown, carrying, keyed
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, Services
from bot.text.well_formed import text
from storage import drafts, incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName

log = structlog.get_logger()

NOTHING_LEFT = UNREADABLE | {
    "message_not_found",
    "thread_not_found",
    "cant_update_message",
    "edit_window_closed",
    "is_archived",
}
"""Nothing stands there any more, or nothing that Scribe may change."""

AS_POSTED = "none"
"""How a text is read that is posted; one that is updated is read otherwise (docs.slack.dev/reference/methods/
chat.update, `parse`)."""


async def update_thread(services: Services, intent: PendingIntent) -> None:
    """Update the messages of a draft's thread that quote what was deleted; doing it again changes nothing.

    Raises:
        Refused: Slack refused a change, and the others were made.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        draft = await drafts.by_id(session, subject.number(intent, "draft_id"))
    channel_id = draft.internal_channel_id or incident.channel_id
    if not channel_id or not draft.thread_ts:
        return
    standing: dict[str, Mapping[str, Any]] = {}
    try:
        async for key, message in keyed(services, channel_id, draft.thread_ts):
            standing[key] = message
    except OutcomeUnknown as unknown:
        log.warning("draft.thread_unread", incident=incident.number, why=str(unknown))
    said = "\n".join(text(message.get("text")) for message in standing.values())
    gone = await deleted_of(services, incident, quoted(said))
    refused: Refused | None = None
    for key, message in standing.items():
        kept = without_rows(text(message.get("text")), gone.__contains__)
        if kept == text(message.get("text")) or not key.startswith(_sent_by(incident.pk, draft.pk)):
            continue
        change = {"ts": message["ts"], "text": kept, "parse": AS_POSTED, "metadata": carrying(key)}
        try:
            await services.slack.call("chat_update", channel=channel_id, **change)
        except Refused as refusal:
            log.warning("draft.thread_not_updated", incident=incident.number, why=str(refusal))
            if refusal.error not in NOTHING_LEFT:
                refused = refusal
    if refused:
        raise refused


def _sent_by(incident_id: int, draft_id: int) -> str:
    return f"{intents.deliver_draft(incident_id, draft_id, None).key}:part "


KIND = IntentKind(
    IntentName.UPDATE_THREAD,
    update_thread,
    Reconciled.BY_TEXT,
    could_not="take what was deleted out of the draft in a thread",
)
