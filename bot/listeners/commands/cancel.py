"""`/incident cancel [INC-7]`: it was declared by mistake."""

from __future__ import annotations

from bot.incidents.status import cancel
from bot.listeners.about import changing
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers

EXAMPLE = "/incident cancel INC-7"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Take an incident out of lists and search; its channel is told."""
    async with changing(command, scribe, even_cancelled=True) as (session, incident):
        await cancel(session, incident, by=command.user_id, now=scribe.clock.now())
    return answers.cancelled(incident.number)
