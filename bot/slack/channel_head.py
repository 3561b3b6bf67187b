"""What stands at the head of an incident's channel and follows its summary: pin, topic, bookmark."""

from __future__ import annotations

from functools import cache

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents, topics
from bot.incidents.channels import unreachable_because
from bot.slack.blocks import shortened_mrkdwn
from bot.slack.blocks.summary import Summary, state_line
from bot.slack.calls import DEAD_TOKEN, Refused
from storage import channel_headers
from storage.outbox import NewIntent
from storage.surface_tables import ChannelHeader
from storage.tables import Incident
from storage.vocabulary import IncidentStatus

log = structlog.get_logger()

LONGEST_TOPIC = 250
"""docs.slack.dev/reference/methods/conversations.setTopic"""


async def to_follow(session: AsyncSession, incident: Incident, facts: Summary) -> list[NewIntent]:
    """What of the head does not say what the summary says; of an incident that is over, only what stands."""
    if incident.summary_ts is None or unreachable_because(incident):
        return []
    header = await channel_headers.of_incident(session, incident.pk)
    if incident.status != IncidentStatus.OPEN and header.pinned_ts is None:
        return []
    asks = []
    if header.pinned_ts != incident.summary_ts:
        asks.append(intents.pin_summary(incident.pk))
    if header.bookmark_link != leads_to(facts):
        asks.append(intents.keep_bookmark(incident.pk))
    if await topics.keeps(session, incident):
        asks += _about_topic(incident, header, facts)
    return asks


def _about_topic(incident: Incident, header: ChannelHeader, facts: Summary) -> list[NewIntent]:
    match topics.may_set(incident, header):
        case True if header.topic != topic_of(incident, header, facts):
            return [intents.keep_topic(incident.pk)]
        case None if header.topic_asked_at is None and incident.status == IncidentStatus.OPEN:
            return [intents.ask_topic(incident.pk, incident.declared_by)]
    return []


def topic_of(incident: Incident, header: ChannelHeader, facts: Summary) -> str:
    """The topic as it should be: in people's own channel theirs comes back when the incident is over."""
    if not incident.is_own_channel and incident.status != IncidentStatus.OPEN:
        return header.topic_before or ""
    return shortened_mrkdwn(state_line(facts), LONGEST_TOPIC)


def leads_to(facts: Summary) -> str | None:
    """Where the bookmark leads: to the draft once there is one, until then to the live timeline."""
    return facts.draft_link or (facts.timeline_link if facts.is_open else None)


def passed_over(what: str, refusal: Refused) -> None:
    """Slack does not do what Scribe can do without: the log says so, once for each reason.

    Raises:
        Refused: the token is refused, and not what was asked.
    """
    if refusal.error in DEAD_TOKEN:
        raise refusal
    _say_once(what, str(refusal))


@cache
def _say_once(what: str, why: str) -> None:
    log.warning("channel_head.refused", what=what, why=why, do="the rest goes on; scribe doctor names scopes")
