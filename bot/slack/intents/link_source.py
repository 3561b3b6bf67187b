"""Linking, in an incident's channel, the message that it was declared from."""

from __future__ import annotations

from bot.slack.blocks.source import declared_from
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.permalink import permalink
from storage import incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName


async def link_source(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post the link, and nothing of what the message says: Slack opens it for those who may read it."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    source_id = subject.text(intent, "source_id")
    if not incident.channel_id or incident.channel_id == source_id:
        return None  # where Slack refused a channel, the incident is kept beside the message
    thread_ts = intent.subject.get("thread_ts")
    link = permalink(
        services.workspace.url,
        source_id,
        subject.text(intent, "ts"),
        str(thread_ts) if thread_ts else None,
    )
    surface = declared_from(link, None if intent.subject.get("is_private") else source_id)
    await post_once(
        services,
        intent,
        incident.channel_id,
        intent.key,
        text=surface.text,
        blocks=list(surface.blocks),
    )
    return None


KIND = IntentKind(
    IntentName.LINK_SOURCE,
    link_source,
    Reconciled.BY_METADATA,
    could_not="link the message that this incident was declared from",
)
