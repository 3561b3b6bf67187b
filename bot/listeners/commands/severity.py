"""`/incident severity sev2`: how bad it is; alone, how that changed."""

from __future__ import annotations

from bot.incidents.resolve import incident_here
from bot.incidents.severity import EXAMPLE, read_severity, set_severity
from bot.listeners.attempt import written
from bot.listeners.requests import Answer, Command
from bot.scribe import Scribe
from bot.slack.blocks.milestone_answers import severity_changed, severity_history
from storage import changes

__all__ = ["EXAMPLE", "handle"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Set the severity, or show it with its history."""
    known = scribe.settings.severity_names
    async with scribe.database.read() as session:
        incident = await incident_here(session, command.team_id, command.channel_id)
        past = await changes.of_incident(session, incident.id or 0, "severity")
    if not command.text:
        rows = [(change.changed_at, change.old, change.new, f"<@{change.changed_by}>") for change in past]
        return severity_history(incident.number, incident.severity, rows, known)
    severity = read_severity(command.text, known)
    async with written(command.key, scribe) as session:
        incident, old = await set_severity(
            session,
            command.team_id,
            command.channel_id,
            severity,
            by=command.user_id,
            now=scribe.clock.now(),
        )
    return severity_changed(incident.number, old, severity)
