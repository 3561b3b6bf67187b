"""Counting what became of intents."""

from __future__ import annotations

from datetime import datetime

from bot.metrics import INTENT_WAIT_SECONDS, INTENTS
from storage.outbox import LEISURELY, NORMAL, URGENT, PendingIntent

_URGENCIES = {URGENT: "urgent", NORMAL: "normal", LEISURELY: "leisurely"}


def sent(intent: PendingIntent, now: datetime) -> None:
    INTENTS.add(intent.kind, "sent")
    waited = (now - intent.asked_at).total_seconds()
    INTENT_WAIT_SECONDS.observe(max(waited, 0.0), _URGENCIES[intent.urgency])
