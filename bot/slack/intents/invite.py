"""Bringing people into an incident's own channel."""

from __future__ import annotations

from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName

FINE = frozenset({"already_in_channel", "cant_invite_self"})


async def invite(services: Services, intent: PendingIntent) -> OnSent | None:
    """Invite one person; nothing is done if they are there already, or if there is no channel."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    if not incident.channel_id:
        return None
    try:
        await services.slack.call(
            "conversations_invite", channel=incident.channel_id, users=subject.text(intent, "user_id")
        )
    except Refused as refusal:
        if refusal.error not in FINE:
            raise
    return None


KIND = IntentKind(
    IntentName.INVITE,
    invite,
    Reconciled.BY_SLACK,
    could_not="invite everybody to this channel",
)
