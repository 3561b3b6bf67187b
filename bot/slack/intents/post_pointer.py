"""Posting a short pointer at the summary when that has scrolled far away."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.channels import unreachable_because
from bot.slack.blocks.pointer import pointer
from bot.slack.calls import Refused
from bot.slack.channel_head import passed_over
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from bot.text.permalink import permalink
from storage import channel_headers, incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IncidentStatus, IntentName

GONE = frozenset({"message_not_found"})


async def post_pointer(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post it, and delete the one before, so that one stands at most; asked twice it is posted once."""
    incident_id, after = subject.incident_id(intent), subject.text(intent, "after")
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        header = await channel_headers.of_incident(session, incident_id)
    older, channel_id, summary_ts = header.pointer_ts, incident.channel_id, incident.summary_ts
    if incident.status != IncidentStatus.OPEN or unreachable_because(incident):
        return None
    if not channel_id or summary_ts is None or after not in (older, summary_ts):
        return None
    link = permalink(services.workspace.url, channel_id, summary_ts)
    surface = pointer(await summary_of(services, incident), link, services.clock.now())
    ts = await post_once(
        services, intent, channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    if older and older != ts:
        try:
            await services.slack.call("chat_delete", channel=channel_id, ts=older)
        except Refused as refusal:
            if refusal.error not in GONE:
                passed_over("delete an older pointer at the summary", refusal)

    async def note(session: AsyncSession) -> None:
        header = await channel_headers.of_incident(session, incident_id)
        header.pointer_ts = ts
        session.add(header)

    return note


KIND = IntentKind(
    IntentName.POST_POINTER,
    post_pointer,
    Reconciled.BY_METADATA,
    could_not="post a pointer at the summary",
)
