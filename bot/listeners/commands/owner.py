"""`/postmortem owner @who`."""

from __future__ import annotations

from bot.incidents import lifecycle
from bot.incidents.lifecycle_errors import OneOwnerOnly
from bot.listeners.about import changing
from bot.listeners.commands.named import people_named
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import review

EXAMPLE = "/postmortem owner @ana"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Give the post-mortem to somebody to finish."""
    people = people_named(command, scribe, EXAMPLE)
    if len(people) > 1:
        raise OneOwnerOnly(EXAMPLE)
    async with changing(command, scribe) as (session, incident):
        await lifecycle.set_owner(session, incident, people[0], by=command.user_id, now=scribe.clock.now())
    return review.owned(incident.number, people[0])
