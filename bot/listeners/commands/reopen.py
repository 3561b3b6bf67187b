"""`/incident reopen [INC-7]`: undoes a resolution, or a cancellation."""

from __future__ import annotations

from bot.incidents.status import reopen
from bot.listeners.about import changing
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers

EXAMPLE = "/incident reopen INC-7"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Open an incident again, or undo its cancellation; its channel is told."""
    async with changing(command, scribe, even_cancelled=True) as (session, incident):
        was = await reopen(
            session,
            incident,
            by=command.user_id,
            now=scribe.clock.now(),
            response_url=command.response_url or None,
        )
    return answers.reopened(incident.number, was, incident.status)
