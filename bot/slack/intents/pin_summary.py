"""Pinning the summary to its channel, once."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.calls import Refused
from bot.slack.channel_head import passed_over
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import channel_headers, incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName

FINE = frozenset({"already_pinned"})


async def pin_summary(services: Services, intent: PendingIntent) -> OnSent | None:
    """Pin it; where Slack will not (no right, a hundred pins), it is not tried again for this message."""
    incident_id = subject.incident_id(intent)
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        header = await channel_headers.of_incident(session, incident_id)
    summary_ts = incident.summary_ts
    if not incident.channel_id or summary_ts is None or header.pinned_ts == summary_ts:
        return None
    try:
        await services.slack.call("pins_add", channel=incident.channel_id, timestamp=summary_ts)
    except Refused as refusal:
        if refusal.error not in FINE:
            passed_over("pin the summary", refusal)

    async def note(session: AsyncSession) -> None:
        header = await channel_headers.of_incident(session, incident_id)
        header.pinned_ts = summary_ts
        session.add(header)

    return note


KIND = IntentKind(
    IntentName.PIN_SUMMARY, pin_summary, Reconciled.BY_SLACK, could_not="pin the summary to this channel"
)
