"""How an intent is made: what it is about names it, and what must be told in order shares a lane."""

from __future__ import annotations

from datetime import datetime

from storage.outbox import NORMAL, NewIntent
from storage.record import MessageKey
from storage.vocabulary import IntentName


def about_incident(
    name: IntentName,
    incident_id: int,
    urgency: int,
    /,
    *about: str,
    lane: str | None = "incident",
    **subject: str | int | None,
) -> NewIntent:
    """`about` tells it from others of its kind; `lane` of None: it waits for nothing else."""
    key = ":".join((name, str(incident_id), *about))
    told_after = f"{lane}:{incident_id}" if lane else key
    return NewIntent(name, key, told_after, {"incident_id": incident_id, **subject}, urgency)


def about_head(name: IntentName, incident_id: int, **subject: str) -> NewIntent:
    """What stands at the head of an incident's channel: nobody waits for it, and it holds nothing up."""
    return about_incident(name, incident_id, NORMAL, lane="head", **subject)


def about_message(name: IntentName, key: MessageKey, urgency: int, *, lane: str) -> NewIntent:
    about = ":".join(key)
    subject = dict(zip(("team_id", "channel_id", "ts"), key, strict=True))
    return NewIntent(name, f"{name}:{about}", f"{lane}:{about}", subject, urgency)


def stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S%f}"
