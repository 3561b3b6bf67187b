"""Reading what an intent is about."""

from __future__ import annotations

from storage.outbox import Waiting
from storage.record import MessageKey


def incident_id(intent: Waiting) -> int:
    found = intent.subject["incident_id"]
    assert isinstance(found, int)
    return found


def message_key(intent: Waiting) -> MessageKey:
    return text(intent, "team_id"), text(intent, "channel_id"), text(intent, "ts")


def text(intent: Waiting, name: str) -> str:
    return str(intent.subject[name])


def response_url(intent: Waiting) -> str | None:
    found = intent.subject.get("response_url")
    return str(found) if found else None
