"""Keeping the topic of an incident's channel true."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import topics
from bot.incidents.channels import unreachable_because
from bot.slack.calls import Refused
from bot.slack.channel_head import passed_over, topic_of
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from storage import channel_headers, incidents
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.vocabulary import IntentName


async def keep_topic(services: Services, intent: PendingIntent) -> OnSent | None:
    """Set it as the record says by then; nothing is done where people want their own."""
    async with services.slack.turn("conversations_setTopic"):
        incident, topic = await _wanted(services, subject.incident_id(intent))
        if topic is None:
            return None
        try:
            await services.slack.call("conversations_setTopic", channel=incident.channel_id, topic=topic)
        except Refused as refusal:
            passed_over("set the channel's topic", refusal)

    async def note(session: AsyncSession) -> None:
        header = await channel_headers.of_incident(session, incident.pk)
        header.topic = topic
        session.add(header)

    return note


async def _wanted(services: Services, incident_id: int) -> tuple[Incident, str | None]:
    """The topic that is to be set; None where it stands, or is not Scribe's to set."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        header = await channel_headers.of_incident(session, incident_id)
        is_kept = await topics.keeps(session, incident)
    if not is_kept or unreachable_because(incident) or not topics.may_set(incident, header):
        return incident, None
    topic = topic_of(incident, header, await summary_of(services, incident))
    return incident, None if header.topic == topic else topic


KIND = IntentKind(
    IntentName.KEEP_TOPIC, keep_topic, Reconciled.BY_SLACK, could_not="set the topic of this channel"
)
