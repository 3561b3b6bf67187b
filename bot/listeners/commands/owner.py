"""`/postmortem owner @who`."""

from __future__ import annotations

from bot.incidents.resolve import incident_here
from bot.listeners.attempt import written
from bot.listeners.commands.named import people_named
from bot.listeners.requests import Answer, Command
from bot.postmortem import lifecycle
from bot.postmortem.lifecycle_errors import OneOwnerOnly
from bot.scribe import Scribe
from bot.slack.blocks import review

EXAMPLE = "/postmortem owner @ana"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Give the post-mortem to somebody to finish."""
    people = people_named(command, scribe, EXAMPLE)
    if len(people) > 1:
        raise OneOwnerOnly(EXAMPLE)
    async with written(command.key, scribe) as session:
        incident = await incident_here(session, command.team_id, command.channel_id)
        await lifecycle.set_owner(session, incident, people[0])
    return review.owned(incident.number, people[0])
