"""`/incident`: every verb there is, and the long forms of the other commands."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.incidents.channels import unreachable_because
from bot.incidents.which import first, nowhere
from bot.listeners.about import incident_meant
from bot.listeners.commands import (
    cancel,
    conclusion,
    duration,
    import_here,
    milestone,
    postmortem,
    rename,
    reopen,
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
from bot.slack.blocks.unreachable import SHORT
from bot.slack.mrkdwn import inert_line
from bot.slack.names import names_in
from bot.slack.summarise import summarise
from storage import incidents

LISTED = 20
LOOKED_AT = 60
"""The newest incidents that a list is chosen from, since some may not be its reader's to see."""


async def _list(command: Command, scribe: Scribe) -> Answer:
    """The incidents this person may see; of others there is not a word."""
    async with scribe.database.read() as session:
        newest = await incidents.newest(session, scribe.workspace.team_id, limit=LOOKED_AT)
    seen, is_complete = await scribe.permission.visible(command.caller, newest)
    found = seen[:LISTED]
    names = await names_in(scribe.directory, [incident.title for incident in found], asks_slack=False)
    return answers.incident_list(
        [
            answers.ListedIncident(
                number=incident.number,
                title=inert_line(incident.title, names),
                is_open=incident.status == incidents.OPEN,
                declared_at=incident.declared_at,
                channel_id=incident.channel_id,
                severity=incident.severity,
                trouble=SHORT.get(unreachable_because(incident) or ""),
            )
            for incident in found
        ],
        is_complete=is_complete,
    )


async def _show(command: Command, scribe: Scribe) -> Surface:
    bare = re.fullmatch(r"#?(\d{1,9})", command.text)  # of this verb a bare number can be nothing else
    incident = await incident_meant(replace(command, number=int(bare[1])) if bare else command, scribe)
    facts = await summarise(scribe, incident, asks_slack=False)
    return summary(facts, scribe.settings.emoji_names)


async def _help(command: Command, scribe: Scribe) -> Answer:
    """What there is to say; `/incident INC-7` alone shows the incident."""
    if command.number is not None:
        return await _show(command, scribe)
    return answers.help_text(scribe.settings.emoji_names)


VERBS: Verbs = {
    "start": Verb(start.handle, start.EXAMPLE, start.form, names=nowhere),
    "list": Verb(_list, "/incident list"),
    "show": Verb(_show, "/incident show INC-7"),
    "import": Verb(import_here.handle, import_here.EXAMPLE, names=first),
    "task": Verb(task.handle, task.EXAMPLE, task.form, task.fill, names=first),
    "tasks": Verb(task.handle, "/incident tasks", task.form, task.fill, names=first),
    "reopen": Verb(reopen.handle, reopen.EXAMPLE),
    "cancel": Verb(cancel.handle, cancel.EXAMPLE),
    "rename": Verb(rename.handle, rename.EXAMPLE, names=first),
    "conclusion": Verb(conclusion.handle, conclusion.EXAMPLE, names=first),
    "similar": Verb(search.handle_similar, search.SIMILAR_EXAMPLE),
    "milestone": Verb(milestone.handle, milestone.EXAMPLE, milestone.form, milestone.fill),
    "severity": Verb(severity.handle, severity.EXAMPLE),
    "role": Verb(role.handle, role.EXAMPLE),
    "zone": Verb(zone.handle, zone.EXAMPLE),
    "duration": Verb(duration.handle, duration.EXAMPLE),
    "help": Verb(_help, "/incident help"),
    "": Verb(_help, "/incident help"),
    "resolve": Verb(resolve.handle, "/incident resolve Rolled back, all is well", names=first),
    "timeline": Verb(timeline.handle, "/incident timeline add 14:05 Rolled back", names=first),
    "postmortem": Verb(postmortem.handle, "/incident postmortem draft", postmortem.form, names=first),
}
