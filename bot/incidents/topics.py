"""The topic of an incident's channel: whether it is Scribe's to write, which people are asked once."""

from __future__ import annotations

import html
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from storage import changes, channel_headers, incidents, outbox
from storage.surface_tables import ChannelHeader
from storage.tables import Incident
from storage.vocabulary import IncidentStatus


def may_set(incident: Incident, header: ChannelHeader) -> bool | None:
    """Whether Scribe may write the topic; None: people are still to be asked, or have not answered.

    In a channel that Scribe opened it may, until somebody writes one of their own.
    """
    if header.may_set_topic is not None:
        return header.may_set_topic
    return True if incident.is_own_channel and header.topic_asked_at is None else None


async def keeps(session: AsyncSession, incident: Incident) -> bool:
    """Whether the channel's topic tells of this incident: of several there, the open one, else the newest."""
    if incident.channel_id is None:
        return False
    kept = await incidents.of_channel(session, incident.team_id, incident.channel_id)
    return kept is not None and kept.pk == incident.pk


async def set_by_people(
    session: AsyncSession, team_id: str, channel_id: str, topic: str, by: str, *, now: datetime
) -> None:
    """A topic of somebody's own stands in the channel: for an open incident they are asked, once, what holds.

    Where they were asked before, their answer holds: Scribe's topic comes back with the next change of the
    incident, or stays away. Theirs is what comes back when it is over.
    """
    incident = await incidents.of_channel(session, team_id, channel_id)
    if incident is None:
        return
    await changes.take(session, incident)
    header = await channel_headers.of_incident(session, incident.pk)
    was_asked, is_open = header.topic_asked_at is not None, incident.status == IncidentStatus.OPEN
    if header.may_set_topic is False or (header.topic is None and not was_asked):
        return  # nothing of Scribe's stands there
    if is_same(header.topic or header.topic_before or "", topic):
        return
    header.topic_before, header.topic = topic, None if is_open else topic
    header.topic_asked_at = header.topic_asked_at or now
    session.add(header)
    if is_open and not was_asked:
        await outbox.ask(session, [intents.ask_topic(incident.pk, by)], asked_at=now)


async def answer(session: AsyncSession, incident: Incident, *, may: bool, now: datetime) -> None:
    """Somebody says whether Scribe may keep the topic; the last answer holds."""
    await changes.take(session, incident)
    header = await channel_headers.of_incident(session, incident.pk)
    header.may_set_topic = may
    header.topic_asked_at = header.topic_asked_at or now
    session.add(header)
    if may:
        await outbox.ask(session, [intents.keep_topic(incident.pk)], asked_at=now)


def is_same(one: str, other: str) -> bool:
    """Whether two topics say the same, however Slack encodes them."""
    return html.unescape(one).split() == html.unescape(other).split()
