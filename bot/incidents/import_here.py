"""Taking a channel's history onto the record: `/incident import since 14:00`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.declare import Declaration, declare
from storage import changes, incidents, outbox
from storage.tables import Incident


async def import_here(
    session: AsyncSession, declaration: Declaration, since: datetime, *, now: datetime, prefix: str
) -> tuple[Incident, bool]:
    """Have the channel read from then on; without an open incident here one is declared first.

    The incident, and whether it is new.

    Raises:
        NotInADirectMessage: an incident needs a channel.
    """
    standing = await incidents.open_in(session, declaration.team_id, declaration.channel_id)
    if standing:
        incident_id = await changes.take(session, standing)
        await outbox.ask(session, [intents.catch_up(incident_id)], asked_at=now)
        return _reading_since(session, standing, since), False
    # joining the channel has it read
    incident = await declare(session, replace(declaration, is_here=True), now=now, prefix=prefix)
    return _reading_since(session, incident, since), True


def _reading_since(session: AsyncSession, incident: Incident, since: datetime) -> Incident:
    incident.read_since = min(since, incident.read_since or since)
    session.add(incident)
    return incident
