"""`/incident role commander @ana`: who does what; alone, who has done what."""

from __future__ import annotations

from bot.incidents.resolve import incident_here
from bot.incidents.roles import EXAMPLE, give, read_role
from bot.listeners.attempt import written
from bot.listeners.requests import Answer, Command
from bot.scribe import Scribe
from bot.slack.blocks.milestone_answers import ShownHeld, role_given, role_list
from storage import changes

__all__ = ["EXAMPLE", "handle"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Hand a role over, end it with `none`, or list them all."""
    async with scribe.database.read() as session:
        incident = await incident_here(session, command.team_id, command.channel_id)
        held = await changes.roles(session, incident.id or 0)
    if not command.text:
        rows = [ShownHeld(one.role, f"<@{one.user_id}>", one.since, one.until) for one in held]
        return role_list(incident.number, rows)
    given = read_role(command.text)
    async with written(command.key, scribe) as session:
        incident, handed = await give(
            session, command.team_id, command.channel_id, given, by=command.user_id, now=scribe.clock.now()
        )
    return role_given(incident.number, given.role, _mention(handed.old), _mention(handed.new))


def _mention(user_id: str | None) -> str | None:
    return f"<@{user_id}>" if user_id else None
