"""Saying below a message that an incident was declared from it."""

from __future__ import annotations

import structlog

from bot.slack.blocks.source import declared_as
from bot.slack.calls import DEAD_TOKEN, Refused
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IncidentStatus, IntentName

log = structlog.get_logger()


async def note_in_source(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post it in the message's thread, where Scribe may: in a channel that it is not in it need not be said.

    Of a private incident nothing but its number is said, of any other its place as well.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    source_id = subject.text(intent, "source_id")
    if incident.status == IncidentStatus.CANCELLED or not incident.channel_id:
        return None
    if incident.is_private and not intent.subject.get("is_private"):
        return None  # it would tell everybody there of what is private
    surface = declared_as(incident.number, None if incident.is_private else incident.channel_id)
    try:
        await post_once(
            services,
            intent,
            source_id,
            intent.key,
            thread_ts=str(intent.subject.get("thread_ts") or subject.text(intent, "ts")),
            text=surface.text,
            blocks=list(surface.blocks),
        )
    except Refused as refusal:
        if refusal.error in DEAD_TOKEN:
            raise
        log.info("source.no_note", why=str(refusal))
    return None


KIND = IntentKind(
    IntentName.NOTE_IN_SOURCE,
    note_in_source,
    Reconciled.BY_METADATA,
    could_not="say below the message that this incident was declared from it",
)
