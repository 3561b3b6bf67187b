"""Answering a mention in its thread, and a direct message where it was sent."""

from __future__ import annotations

import json
from typing import Any

from bot.slack.intents import subject
from bot.slack.posting import OutcomeUnknown, begin, post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName


async def answer(services: Services, intent: PendingIntent) -> OnSent | None:
    """Show it to its person alone; direct messages are between the two anyway, and keep it.

    Nobody can look up afterwards what one person alone was shown (as of `reply`).
    """
    channel_id, thread_ts = subject.text(intent, "channel_id"), intent.subject.get("thread_ts")
    message: dict[str, Any] = {"text": subject.text(intent, "text")}
    if intent.subject.get("blocks"):
        message["blocks"] = json.loads(subject.text(intent, "blocks"))
    if intent.subject.get("is_direct"):
        thread = str(thread_ts) if thread_ts else None
        await post_once(services, intent, channel_id, intent.key, thread_ts=thread, **message)
        return None
    if intent.is_in_doubt:
        raise OutcomeUnknown("chat.postEphemeral: an earlier try may have arrived", is_told=False)
    await begin(services, intent)
    if thread_ts:
        message["thread_ts"] = thread_ts
    await services.slack.call(
        "chat_postEphemeral", channel=channel_id, user=subject.text(intent, "user_id"), **message
    )
    return None


KIND = IntentKind(IntentName.ANSWER, answer, Reconciled.NEVER, could_not=None)
