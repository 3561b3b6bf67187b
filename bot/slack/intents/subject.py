"""Reading what an intent is about."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import incidents
from storage.outbox import PendingIntent
from storage.record import MessageKey
from storage.tables import Incident


def incident_id(intent: PendingIntent) -> int:
    found = intent.subject["incident_id"]
    assert isinstance(found, int)
    return found


def message_key(intent: PendingIntent) -> MessageKey:
    return text(intent, "team_id"), text(intent, "channel_id"), text(intent, "ts")


def text(intent: PendingIntent, name: str) -> str:
    return str(intent.subject[name])


def number(intent: PendingIntent, name: str) -> int:
    return int(str(intent.subject[name]))


def is_set(intent: PendingIntent, name: str) -> bool:
    """Whether a flag is set; one that an earlier Scribe did not write is not."""
    return bool(intent.subject.get(name))


def response_url(intent: PendingIntent) -> str | None:
    found = intent.subject.get("response_url")
    return str(found) if found else None


async def incident_of(session: AsyncSession, intent: PendingIntent) -> Incident | None:
    """The incident an intent is about, named by itself or by its channel; some are about none."""
    named = intent.subject.get("incident_id")
    if isinstance(named, int):
        return await session.get(Incident, named)
    team_id, channel_id = intent.subject.get("team_id"), intent.subject.get("channel_id")
    if isinstance(team_id, str) and isinstance(channel_id, str):
        return await incidents.of_channel(session, team_id, channel_id)
    return None
