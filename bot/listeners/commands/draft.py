"""`/postmortem draft`."""

from __future__ import annotations

from bot.incidents.resolve import ask_for_draft, incident_here
from bot.listeners.attempt import written
from bot.listeners.requests import Answer, Command
from bot.postmortem.lifecycle import check_may_draft
from bot.scribe import Scribe
from bot.slack.blocks import answers

EXAMPLE = "/postmortem draft"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Have the next version of the draft compiled."""
    async with written(command.key, scribe) as session:
        incident = await incident_here(session, command.team_id, command.channel_id)
        await check_may_draft(session, incident)
        draft = await ask_for_draft(
            session,
            incident,
            by=command.user_id,
            response_url=command.response_url or None,
            now=scribe.clock.now(),
            due_in=scribe.settings.postmortem_due_in,
        )
    return answers.drafting(incident.number, draft.version)
