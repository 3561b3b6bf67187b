"""Bringing people into an incident's own channel."""

from __future__ import annotations

from bot.slack.calls import Refused
from bot.slack.desk import Desk, Note
from bot.slack.intents import subject
from storage import incidents
from storage.outbox import Waiting

FINE = frozenset({"already_in_channel", "cant_invite_self"})


async def invite(desk: Desk, intent: Waiting) -> Note | None:
    """Invite one person; whoever is there already is fine, and without a channel there is nowhere to."""
    async with desk.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    if not incident.channel_id:
        return None
    try:
        await desk.slack.call(
            "conversations_invite", channel=incident.channel_id, users=subject.text(intent, "user_id")
        )
    except Refused as refusal:
        if refusal.error not in FINE:
            raise
    return None
