"""Doing once what must not be done twice, also when it is unclear whether an earlier try arrived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.calls import Refused, SlackTrouble
from bot.slack.services import Services
from bot.text.well_formed import table, tables, text
from storage import outbox
from storage.claims import confirm_claim
from storage.outbox import PendingIntent

EVENT_TYPE = "scribe_intent"
MOST_PAGES = 10
NO_THREAD = frozenset({"thread_not_found"})
"""The root is gone, and every reply with it."""
UNREADABLE = frozenset(
    {"channel_not_found", "not_in_channel", "missing_scope", "no_permission", "access_denied"}
)


class OutcomeUnknown(SlackTrouble):
    """Whether an earlier try arrived cannot be found out, so that nothing is sent until somebody decides.

    `is_told`: worth a sentence in the incident's channel, since people there can tell.
    """

    def __init__(self, why: str, *, is_told: bool = True) -> None:
        super().__init__(why)
        self.is_told = is_told


class TakenElsewhere(SlackTrouble):
    """Another process has begun or closed this intent: it is that one's to finish."""


async def begin(services: Services, intent: PendingIntent) -> None:
    """Note that a call which must not be made twice is about to be made; found later, it is in doubt.

    Raises:
        TakenElsewhere: another process noted so before.
        ClaimsLost: this process was stopped for so long that another may have taken over.
    """
    if intent.is_in_doubt or intent.is_begun_now:
        return
    is_ours = False

    async def note(session: AsyncSession) -> None:
        nonlocal is_ours
        await confirm_claim(session)
        is_ours = await outbox.note_begun(session, intent)

    await services.database.coalescer.write(note)
    if not is_ours:
        raise TakenElsewhere(f"{intent.key} was begun by another process")
    intent.is_begun_now = True


def done(intent: PendingIntent) -> None:
    """Note that what was begun has arrived: a later refusal within this try takes nothing back."""
    intent.is_done_now = True


async def post_once(
    services: Services,
    intent: PendingIntent,
    channel_id: str,
    key: str,
    *,
    thread_ts: str | None = None,
    **message: Any,
) -> str:
    """Post a message that carries its key in its metadata; returns its `ts`.

    When an earlier try may have arrived (its answer was lost, or the process was killed before it could
    note it), the message is looked for by that key first.

    Raises:
        OutcomeUnknown: an earlier try may have arrived, and the channel cannot be read.
    """
    await begin(services, intent)
    if found := await left_behind(services, intent, channel_id, key, thread_ts):
        return found
    place = {"thread_ts": thread_ts} if thread_ts else {}
    answer = await services.slack.call(
        "chat_postMessage",
        channel=channel_id,
        metadata=carrying(key),
        unfurl_links=False,
        unfurl_media=False,
        **place,
        **message,
    )
    done(intent)
    return str(answer["ts"])


async def left_behind(
    services: Services, intent: PendingIntent, channel_id: str, key: str, thread_ts: str | None = None
) -> str | None:
    """The `ts` of the message that an earlier try posted unheard, if it did; it says what was true then.

    Raises:
        OutcomeUnknown: an earlier try may have arrived, and the channel cannot be read.
    """
    if not intent.is_in_doubt:
        return None
    found = await posted(services, channel_id, key, thread_ts)
    return str(found["ts"]) if found else None


async def posted(
    services: Services, channel_id: str, key: str, thread_ts: str | None
) -> Mapping[str, Any] | None:
    """The message of Scribe's that carries this key, as it stands; None when there is none.

    Raises:
        OutcomeUnknown: the channel cannot be read, or not far enough back.
    """
    method = "conversations_replies" if thread_ts else "conversations_history"
    arguments: dict[str, Any] = {"channel": channel_id, "include_all_metadata": True, "limit": 200}
    if thread_ts:
        arguments["ts"] = thread_ts
    for _ in range(MOST_PAGES):
        try:
            answer = await services.slack.call(method, **arguments)
        except Refused as refusal:
            if refusal.error in NO_THREAD:
                return None
            if refusal.error in UNREADABLE:
                raise OutcomeUnknown(f"it may have been posted, and looking failed: {refusal}") from refusal
            raise
        for found in tables(answer.get("messages")):
            metadata = table(found.get("metadata"))
            is_own = found.get("bot_id") == services.workspace.bot_id
            payload = table(metadata.get("event_payload"))
            if is_own and metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key:
                return found
        cursor = text(table(answer.get("response_metadata")).get("next_cursor"))
        if not cursor:
            return None
        arguments["cursor"] = cursor
    raise OutcomeUnknown(f"it may have been posted, more than {MOST_PAGES} pages ago")


def carrying(key: str) -> dict[str, Any]:
    """The metadata by which a message is found again (docs.slack.dev/messaging/message-metadata)."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
