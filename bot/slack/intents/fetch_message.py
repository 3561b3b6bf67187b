"""Fetching a message that was marked before Scribe heard it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ts_of
from bot.incidents.message_events import MessageDeleted
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.message_events import WITHHELD, spoken_in
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.well_formed import table, tables, text
from storage import timeline
from storage.outbox import PendingIntent
from storage.record import MessageKey, RecordState, load_state, write_changes
from storage.vocabulary import IntentName

NOT_THERE = frozenset({"thread_not_found", "message_not_found"})


async def fetch_message(services: Services, intent: PendingIntent) -> OnSent | None:
    """Fetch one message by its `ts` and put it into the record.

    `conversations.replies` finds roots and replies alike, but may answer with a neighbour or a parent: only
    the message whose `ts` is exactly the one asked for counts. One that was deleted meanwhile is recorded so.
    """
    key = subject.message_key(intent)
    async with services.database.read() as session:
        known = await timeline.message(session, key)
    if known is None or known.is_known or known.deleted_ts:
        return None
    message = await _exactly(services, key)
    now = ts_of(services.clock.now())
    message_event = spoken_in(key, message) if message else MessageDeleted(key, now)

    async def note(session: AsyncSession) -> None:
        connection = await session.connection()
        state: RecordState = await connection.run_sync(load_state, [key])
        await connection.run_sync(
            write_changes, services.recording.decide(state, [message_event]), services.clock.now()
        )

    return note


async def _exactly(services: Services, key: MessageKey) -> Mapping[str, Any] | None:
    """The message; None when Slack says that it is gone.

    Raises:
        Refused: Slack shows other messages, and does not say that this one is gone.
    """
    _, channel_id, ts = key
    cursor = ""
    while True:
        more = {"cursor": cursor} if cursor else {}
        try:
            answer = await services.slack.call(
                "conversations_replies", channel=channel_id, ts=ts, limit=200, **more
            )
        except Refused as refusal:
            if refusal.error in NOT_THERE:
                return None
            raise
        for message in tables(answer.get("messages")):
            if message.get("ts") == ts and text(message.get("subtype")) in WITHHELD:
                raise Refused("conversations.replies", "message_not_found", {})
            if message.get("ts") == ts:
                return None if message.get("subtype") == "tombstone" else message
        following = text(table(answer.get("response_metadata")).get("next_cursor"))
        if following == cursor:
            following = ""
        cursor = following
        if not cursor:
            raise Refused("conversations.replies", "message_not_found", {})


KIND = IntentKind(
    IntentName.FETCH_MESSAGE,
    fetch_message,
    Reconciled.READS,
    could_not="read every message that was marked; the timeline shows it without its text",
)
