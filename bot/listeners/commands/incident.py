"""`/incident`: every verb there is, and the long forms of the other commands."""

from __future__ import annotations

import re

from bot.incidents.errors import NoSuchIncident, PrivateIncident
from bot.incidents.resolve import incident_here
from bot.listeners.commands import (
    duration,
    import_here,
    milestone,
    postmortem,
    resolve,
    role,
    search,
    severity,
    start,
    task,
    timeline,
    zone,
)
from bot.listeners.commands.verb import Verb, Verbs
from bot.listeners.requests import Answer, Command
from bot.scribe import Scribe
from bot.slack.blocks import Surface, answers
from bot.slack.blocks.summary import summary
from bot.slack.mrkdwn import inert_line
from bot.slack.names import names_in
from bot.slack.summarise import summarise
from storage import incidents
from storage.tables import Incident

LISTED = 20


def _may_see(command: Command, incident: Incident) -> bool:
    """A private channel's incident is shown in that channel alone."""
    return not incident.is_private or incident.channel_id == command.channel_id


async def _list(command: Command, scribe: Scribe) -> Answer:
    async with scribe.database.read() as session:
        found = await incidents.newest(session, command.team_id, limit=LISTED)
    names = await names_in(scribe.directory, [incident.title for incident in found], asks_slack=False)
    return answers.incident_list(
        [
            answers.ListedIncident(
                number=incident.number,
                title=inert_line(incident.title, names) if _may_see(command, incident) else "(private)",
                is_open=incident.status == incidents.OPEN,
                declared_at=incident.declared_at,
                channel_id=incident.channel_id,
                severity=incident.severity,
            )
            for incident in found
        ]
    )


async def _show(command: Command, scribe: Scribe) -> Surface:
    async with scribe.database.read() as session:
        wanted = re.fullmatch(r"(?:inc)?[-\s#]*(\d{1,9})", command.text, re.IGNORECASE)
        if wanted:
            number = int(wanted[1])
            incident = await incidents.by_number(session, command.team_id, number)
            if incident is None:
                raise NoSuchIncident(number)
            if not _may_see(command, incident):
                raise PrivateIncident(number)
        else:
            incident = await incident_here(session, command.team_id, command.channel_id)
    facts = await summarise(scribe, incident, asks_slack=False)
    return summary(facts, scribe.settings.emoji_names)


async def _help(command: Command, scribe: Scribe) -> Answer:
    return answers.help_text(scribe.settings.emoji_names)


VERBS: Verbs = {
    "start": Verb(start.handle, start.EXAMPLE, start.form),
    "list": Verb(_list, "/incident list"),
    "show": Verb(_show, "/incident show INC-7"),
    "import": Verb(import_here.handle, import_here.EXAMPLE),
    "task": Verb(task.handle, task.EXAMPLE, task.form, task.fill),
    "tasks": Verb(task.handle, "/incident tasks", task.form, task.fill),
    "similar": Verb(search.handle_similar, search.SIMILAR_EXAMPLE),
    "milestone": Verb(milestone.handle, milestone.EXAMPLE, milestone.form, milestone.fill),
    "severity": Verb(severity.handle, severity.EXAMPLE),
    "role": Verb(role.handle, role.EXAMPLE),
    "zone": Verb(zone.handle, zone.EXAMPLE),
    "duration": Verb(duration.handle, duration.EXAMPLE),
    "help": Verb(_help, "/incident help"),
    "": Verb(_help, "/incident help"),
    "resolve": Verb(resolve.handle, "/incident resolve Rolled back, all is well"),
    "timeline": Verb(timeline.handle, "/incident timeline add 14:05 Rolled back"),
    "postmortem": Verb(postmortem.handle, "/incident postmortem draft", postmortem.form),
}
