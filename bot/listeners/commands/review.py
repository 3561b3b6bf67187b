"""`/postmortem review @who`."""

from __future__ import annotations

from bot.incidents.resolve import incident_here
from bot.listeners.attempt import written
from bot.listeners.commands.named import people_named
from bot.listeners.requests import Answer, Command
from bot.postmortem import lifecycle
from bot.scribe import Scribe
from bot.slack.blocks import review

EXAMPLE = "/postmortem review @ben"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Ask people to review the post-mortem; each is told once."""
    people = people_named(command, scribe, EXAMPLE)
    async with written(command.key, scribe) as session:
        incident = await incident_here(session, command.team_id, command.channel_id)
        asked = await lifecycle.ask_review(
            session, incident, people, by=command.user_id, now=scribe.clock.now()
        )
    return review.review_answer(incident.number, asked, [one for one in people if one not in asked])
