"""`/incident zone Europe/Berlin`: in which zone the post-mortem shows its times."""

from __future__ import annotations

from bot.incidents.zone import EXAMPLE, read_zone, set_zone
from bot.listeners.about import changing, incident_meant
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks.milestone_answers import zone_set, zone_shown

__all__ = ["EXAMPLE", "handle"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Set the zone, or say which it is."""
    if not command.text:
        incident = await incident_meant(command, scribe)
        return zone_shown(incident.number, incident.zone, scribe.settings.timezone)
    async with changing(command, scribe) as (session, incident):
        zone = read_zone(command.text)
        old = await set_zone(session, incident, zone, by=command.user_id, now=scribe.clock.now())
    return zone_set(incident.number, old, zone)
