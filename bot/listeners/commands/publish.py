"""`/postmortem publish` and `/postmortem reopen`."""

from __future__ import annotations

from bot.incidents import lifecycle
from bot.incidents.channels import place_of
from bot.listeners.about import changing
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import review

EXAMPLE = "/postmortem publish"
REOPEN_EXAMPLE = "/postmortem reopen"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Publish it; who has not reviewed it is named, and keeps nobody from it."""
    async with changing(command, scribe) as (session, incident):
        unreviewed = await lifecycle.publish(session, incident, by=command.user_id, now=scribe.clock.now())
    return review.publishing(incident.number, unreviewed, place_of(incident, command.channel_id))


async def handle_reopen(command: Command, scribe: Scribe) -> Answer:
    """Make a published one a draft again."""
    async with changing(command, scribe) as (session, incident):
        await lifecycle.reopen(session, incident, by=command.user_id, now=scribe.clock.now())
    return review.reopened(incident.number)
