"""`/postmortem review @who`."""

from __future__ import annotations

from bot.incidents import lifecycle
from bot.incidents.channels import place_of
from bot.listeners.about import changing
from bot.listeners.commands.named import people_named
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import review

EXAMPLE = "/postmortem review @ben"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Ask people to review the post-mortem; each is told once."""
    people = people_named(command, scribe, EXAMPLE)
    async with changing(command, scribe) as (session, incident):
        asked = await lifecycle.ask_review(
            session, incident, people, by=command.user_id, now=scribe.clock.now()
        )
    waiting = [one for one in people if one not in asked]
    return review.review_answer(incident.number, asked, waiting, place_of(incident, command.channel_id))
