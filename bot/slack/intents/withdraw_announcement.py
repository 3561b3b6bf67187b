"""Taking back what the channel of announcements read of an incident whose channel became private."""

from __future__ import annotations

from bot.slack.blocks.announcement import withdrawn
from bot.slack.calls import Refused
from bot.slack.intents.announce import GONE, HIDDEN, read
from bot.slack.posting import NO_THREAD
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.well_formed import table, tables, text
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName

NOTHING_LEFT = NO_THREAD | GONE | HIDDEN | {"is_archived", "cant_delete_message"}
"""Nothing stands there, or nothing that Scribe may take back."""


async def withdraw_announcement(services: Services, intent: PendingIntent) -> OnSent | None:
    """Delete what Scribe said in the thread; its first message says that there is nothing more to read.

    What people answered there is theirs. An incident whose channel is public again meanwhile is withdrawn
    all the same: it is announced no more, and its thread would tell half of it.
    """
    incident, thread = await read(services, intent)
    if thread is None:
        return None
    try:
        for ts in await _replies(services, thread.channel_id, thread.ts):
            await _deleted(services, thread.channel_id, ts)
        surface = withdrawn(incident.number)
        await services.slack.call(
            "chat_update",
            channel=thread.channel_id,
            ts=thread.ts,
            text=surface.text,
            blocks=list(surface.blocks),
        )
    except Refused as refusal:
        if refusal.error not in NOTHING_LEFT:
            raise
    return None


async def _replies(services: Services, channel_id: str, ts: str) -> list[str]:
    """What Scribe itself said below the first message."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await services.slack.call(
            "conversations_replies", channel=channel_id, ts=ts, limit=200, **cursor
        )
        found += [
            text(one.get("ts"))
            for one in tables(answer.get("messages"))
            if one.get("user") == services.workspace.bot_user_id and one.get("ts") != ts
        ]
        following = text(table(answer.get("response_metadata")).get("next_cursor"))
        if not following or following == cursor.get("cursor"):
            return found
        cursor = {"cursor": following}


async def _deleted(services: Services, channel_id: str, ts: str) -> None:
    try:
        await services.slack.call("chat_delete", channel=channel_id, ts=ts)
    except Refused as refusal:
        if refusal.error not in GONE:
            raise


KIND = IntentKind(
    IntentName.WITHDRAW_ANNOUNCEMENT,
    withdraw_announcement,
    Reconciled.BY_SLACK,
    could_not="take back what the channel of announcements read of this incident; delete it there by hand",
)
