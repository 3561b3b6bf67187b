"""`/incident zone Europe/Berlin`: in which zone the post-mortem shows its times."""

from __future__ import annotations

from bot.incidents.resolve import incident_here
from bot.incidents.zone import EXAMPLE, read_zone, set_zone
from bot.listeners.attempt import written
from bot.listeners.requests import Answer, Command
from bot.scribe import Scribe
from bot.slack.blocks.milestone_answers import zone_set, zone_shown

__all__ = ["EXAMPLE", "handle"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Set the zone, or say which it is."""
    async with scribe.database.read() as session:
        incident = await incident_here(session, command.team_id, command.channel_id)
    if not command.text:
        return zone_shown(incident.number, incident.zone, scribe.settings.timezone)
    zone = read_zone(command.text)
    async with written(command.key, scribe) as session:
        incident, old = await set_zone(
            session, command.team_id, command.channel_id, zone, by=command.user_id, now=scribe.clock.now()
        )
    return zone_set(incident.number, old, zone)
