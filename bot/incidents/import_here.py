"""Taking a channel's history onto the record: `/incident import since 14:00`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.declare import Declaration, declare, is_direct, is_private
from bot.incidents.errors import NotInADirectMessage
from storage import changes, incidents, outbox
from storage.tables import Incident


async def kept_here(
    session: AsyncSession, team_id: str, channel_id: str, channel_name: str = ""
) -> Incident | None:
    """The incident that is open in a channel, else the last one that was.

    Raises:
        NotInADirectMessage: no incident is ever kept there.
    """
    if is_direct(channel_id, channel_name):
        raise NotInADirectMessage
    return await incidents.of_channel(session, team_id, channel_id)


async def read_since(
    session: AsyncSession, incident: Incident, since: datetime, *, now: datetime
) -> Incident:
    """Have the channel of an incident read from then on."""
    incident_id = await changes.take(session, incident)
    await outbox.ask(session, [intents.catch_up(incident_id)], asked_at=now)
    return _reading_since(session, incident, since)


async def import_here(
    session: AsyncSession, declaration: Declaration, since: datetime, *, now: datetime, prefix: str
) -> Incident:
    """Have the channel read from then on; without an open incident here one is declared first.

    Raises:
        NotInADirectMessage, TooManyDeclared: as with `declare`.
    """
    standing = await incidents.open_in(session, declaration.team_id, declaration.channel_id)
    if standing:
        return await read_since(session, standing, since, now=now)
    # joining the channel has it read
    incident = await declare(session, replace(declaration, is_here=True), now=now, prefix=prefix)
    return _reading_since(session, incident, since)


def title_for(channel_id: str, channel_name: str) -> str:
    """The title of an incident that nobody named; Slack does not tell the names of private channels."""
    if is_private(channel_id, channel_name):
        return "What happened in a private channel"
    return f"What happened in #{channel_name}" if channel_name else "What happened in this channel"


def _reading_since(session: AsyncSession, incident: Incident, since: datetime) -> Incident:
    incident.read_since = min(since, incident.read_since or since)
    session.add(incident)
    return incident
