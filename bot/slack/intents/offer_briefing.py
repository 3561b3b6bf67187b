"""Offering somebody who joined an open incident's channel late to be told how it stands."""

from __future__ import annotations

from bot.incidents.access import Standing
from bot.slack.blocks.briefing import offer
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.posting import begin
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IncidentStatus, IntentName

NOT_THERE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})
"""They left again, or Scribe cannot speak there."""


async def offer_briefing(services: Services, intent: PendingIntent) -> OnSent | None:
    """One line with a button, to our own people alone: others are answered nothing."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    user_id = subject.text(intent, "user_id")
    if not incident.channel_id or incident.status != IncidentStatus.OPEN:
        return None
    if await services.directory.standing(user_id) not in (Standing.MEMBER, Standing.GUEST):
        return None
    surface = offer(incident.number)
    await begin(services, intent)
    try:
        await services.slack.call(
            "chat_postEphemeral",
            channel=incident.channel_id,
            user=user_id,
            text=surface.text,
            blocks=list(surface.blocks),
        )
    except Refused as refusal:
        if refusal.error not in NOT_THERE:
            raise
    return None


KIND = IntentKind(IntentName.OFFER_BRIEFING, offer_briefing, Reconciled.AGAIN, could_not=None)
