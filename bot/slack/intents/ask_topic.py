"""Asking somebody, once, whether Scribe may keep the topic of a channel."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.channels import unreachable_because
from bot.slack.blocks.topic import topic_question
from bot.slack.calls import Refused
from bot.slack.channel_head import passed_over
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from bot.text.mrkdwn import inert_line
from bot.text.well_formed import table, text
from storage import channel_headers, incidents, outbox
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName


async def ask_topic(services: Services, intent: PendingIntent) -> OnSent | None:
    """Ask them alone; what people of this channel answered for an earlier incident holds for this one."""
    incident_id = subject.incident_id(intent)
    async with services.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
        header = await channel_headers.of_incident(session, incident_id)
        answered = await channel_headers.earlier_answer(session, incident)
    is_over = incident.status != IncidentStatus.OPEN or unreachable_because(incident) is not None
    if is_over or header.may_set_topic is not None or not incident.channel_id:
        return None
    before = header.topic_before
    if before is None:
        before = await _standing(services, incident)
    if answered is None:
        names = await names_in(services.directory, [before or ""])
        shown = inert_line(before or "", names)
        surface = topic_question(await summary_of(services, incident), shown)
        try:
            await services.slack.call(
                "chat_postEphemeral",
                channel=incident.channel_id,
                user=subject.text(intent, "user_id"),
                text=surface.text,
                blocks=list(surface.blocks),
            )
        except Refused as refusal:
            passed_over("ask about the channel's topic", refusal)

    async def note(session: AsyncSession) -> None:
        header = await channel_headers.of_incident(session, incident_id)
        header.topic_asked_at = header.topic_asked_at or services.clock.now()
        header.topic_before = before
        header.may_set_topic = answered
        session.add(header)
        if answered:
            now = services.clock.now()
            await outbox.ask(session, [intents.keep_topic(incident_id)], asked_at=now)

    return note


async def _standing(services: Services, incident: Incident) -> str:
    """The topic that stands, as Slack encodes it."""
    try:
        answer = await services.slack.call("conversations_info", channel=incident.channel_id)
    except Refused as refusal:
        passed_over("read the channel's topic", refusal)
        return ""
    return text(table(table(answer.get("channel")).get("topic")).get("value"))


KIND = IntentKind(
    IntentName.ASK_TOPIC, ask_topic, Reconciled.AGAIN, could_not="ask about the topic of this channel"
)
