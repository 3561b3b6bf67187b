"""`/incident role commander @ana`: who does what; alone, who has done what."""

from __future__ import annotations

from bot.incidents.roles import EXAMPLE, give, read_role
from bot.listeners.about import changing, incident_meant
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks.milestone_answers import ShownHeld, role_given, role_list
from storage import changes

__all__ = ["EXAMPLE", "handle"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Hand a role over, end it with `none`, or list them all."""
    if not command.text:
        incident = await incident_meant(command, scribe)
        async with scribe.database.read() as session:
            held = await changes.roles(session, incident.pk)
        rows = [ShownHeld(one.role, f"<@{one.user_id}>", one.since, one.until) for one in held]
        return role_list(incident.number, rows)
    async with changing(command, scribe) as (session, incident):
        held = await changes.roles(session, incident.pk)
        given = read_role(command.text, command.user_id, {one.role for one in held})
        handed = await give(session, incident, given, by=command.user_id, now=scribe.clock.now())
    return role_given(incident.number, given.role, _mention(handed.old), _mention(handed.new))


def _mention(user_id: str | None) -> str | None:
    return f"<@{user_id}>" if user_id else None
