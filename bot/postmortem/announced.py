"""The message that told a channel of a publication, in step with what was deleted in Slack since.

Scribe posted it, so nobody else can take the words of a deleted message out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.incidents import intents
from bot.incidents.channels import unreachable_because
from bot.postmortem.deleted import deleted_of
from bot.postmortem.quotes import quoted, without
from bot.slack.calls import Refused
from bot.slack.posting import UNREADABLE, OutcomeUnknown, posted
from bot.slack.services import Services
from bot.text.well_formed import table, tables, text
from storage import postmortems
from storage.tables import Incident

log = structlog.get_logger()

NOTHING_LEFT = UNREADABLE | {"message_not_found", "cant_update_message", "is_archived", "edit_window_closed"}
"""Nothing stands there any more, or nothing that Scribe may change."""


async def update_announcements(services: Services, incident: Incident) -> None:
    """Take what is deleted out of every message that told of a publication; doing it again changes nothing.

    The picture of the timeline goes as well: it may show the words. To be called before the stored texts are
    updated, since those say which messages were quoted.
    """
    if not incident.channel_id or unreachable_because(incident):
        return
    async with services.database.read() as session:
        publications = await postmortems.publications(session, incident.pk)
    for one in publications:
        gone = await deleted_of(services, incident, quoted(one.markdown or ""))
        if not gone:
            continue
        key = intents.publish(incident.pk, one.published_at).key
        try:
            await _update(services, incident.channel_id, key, gone)
        except OutcomeUnknown as unknown:
            log.warning("publish.not_found", incident=incident.number, why=str(unknown))
        except Refused as refusal:
            if refusal.error not in NOTHING_LEFT:
                raise
            log.warning("publish.not_updated", incident=incident.number, why=str(refusal))


async def _update(services: Services, channel_id: str, key: str, gone: set[str]) -> None:
    message = await posted(services, channel_id, key, None)
    blocks = tables(message.get("blocks")) if message else []
    kept = [_without(block, gone) for block in blocks if block.get("type") != "image"]
    if message is None or not any(ts in gone for block in blocks for ts in quoted(_words(block))):
        return
    await services.slack.call(
        "chat_update", channel=channel_id, ts=message["ts"], text=text(message.get("text")), blocks=kept
    )


def _words(block: Mapping[str, Any]) -> str:
    return text(table(block.get("text")).get("text")) if block.get("type") == "section" else ""


def _without(block: Mapping[str, Any], gone: set[str]) -> dict[str, Any]:
    words = _words(block)
    if not words:
        return dict(block)
    return {**block, "text": {**block["text"], "text": without(words, gone.__contains__)}}
