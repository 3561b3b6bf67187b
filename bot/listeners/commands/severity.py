"""`/incident severity sev2`: how bad it is; alone, how that changed."""

from __future__ import annotations

from bot.incidents.severity import EXAMPLE, read_severity, set_severity
from bot.listeners.about import changing, incident_meant
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks.milestone_answers import severity_changed, severity_history
from storage import changes

__all__ = ["EXAMPLE", "handle"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Set the severity, or show it with its history."""
    known = scribe.settings.severity_names
    if not command.text:
        incident = await incident_meant(command, scribe)
        async with scribe.database.read() as session:
            past = await changes.of_incident(session, incident.pk, "severity")
        rows = [(change.changed_at, change.old, change.new, f"<@{change.changed_by}>") for change in past]
        return severity_history(incident.number, incident.severity, rows, known)
    async with changing(command, scribe) as (session, incident):
        severity = read_severity(command.text, known)
        old = await set_severity(session, incident, severity, by=command.user_id, now=scribe.clock.now())
    return severity_changed(incident.number, old, severity)
