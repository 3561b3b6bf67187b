"""`/resolve [conclusion]`."""

from __future__ import annotations

from bot.incidents.resolve import resolve
from bot.listeners.attempt import written
from bot.listeners.requests import Answer, Command
from bot.scribe import Scribe
from bot.slack.blocks import answers


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Resolve the channel's incident; the draft follows from the outbox."""
    async with written(command.key, scribe) as session:
        incident = await resolve(
            session,
            command.team_id,
            command.channel_id,
            by=command.user_id,
            conclusion=command.text,
            response_url=command.response_url or None,
            now=scribe.clock.now(),
            due_in=scribe.settings.postmortem_due_in,
        )
    return answers.resolved(incident.number)
