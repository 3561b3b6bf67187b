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
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface, answers
from bot.slack.blocks.summary import summary
from bot.slack.blocks.unreachable import SHORT
from bot.slack.names import names_in
from bot.slack.summarise import summarise
from bot.text.mrkdwn import inert_line
from storage import incidents
from storage.vocabulary import IncidentStatus

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
                is_open=incident.status == IncidentStatus.OPEN,
                declared_at=incident.declared_at,
                channel_id=incident.channel_id,
                severity=incident.severity,
                trouble=SHORT[because] if (because := unreachable_because(incident)) else None,
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


def helps(scribe: Scribe) -> Answer:
    """Everything there is to say."""
    return answers.help_text(scribe.settings.emoji_names)


async def _alone(command: Command, scribe: Scribe) -> Answer:
    """What there is to say; `/incident INC-7` alone shows the incident."""
    return helps(scribe) if command.number is None else await _show(command, scribe)


_TASKS = Verb(
    task.handle,
    task.EXAMPLE,
    "adds, lists, ticks and changes action items",
    task.form,
    task.fill,
    names=first,
    verbs=task.VERBS,
)
VERBS: Verbs = {
    "start": Verb(
        start.handle,
        start.EXAMPLE,
        "declares an incident and opens a channel for it; alone it asks in a form",
        start.form,
        names=nowhere,
        takes_text=True,
        more=("/incident start here Checkout is down", "/incident start"),
    ),
    "list": Verb(
        _list,
        "/incident list",
        "lists the incidents you may see",
        only_words=frozenset({"all", "incidents"}),
    ),
    "show": Verb(
        _show, "/incident show INC-7", "shows an incident, or this channel's", more=("/incident show",)
    ),
    "import": Verb(
        import_here.handle,
        import_here.EXAMPLE,
        "takes what was said and marked in this channel before onto the record; where no incident is open "
        "it asks before it opens one",
        names=first,
        takes_text=True,
        more=(
            "/incident import Checkout was slow since 2026-11-20 09:30",
            "/incident import INC-7 since 14:00",
        ),
    ),
    "task": _TASKS,
    "tasks": _TASKS,
    "reopen": Verb(reopen.handle, reopen.EXAMPLE, "opens a resolved incident again", only_words=frozenset()),
    "cancel": Verb(
        cancel.handle,
        cancel.EXAMPLE,
        "takes an incident that was declared by mistake out of lists and search, and keeps it",
        only_words=frozenset(),
    ),
    "rename": Verb(
        rename.handle, rename.EXAMPLE, "gives an incident another title", names=first, takes_text=True
    ),
    "conclusion": Verb(
        conclusion.handle,
        conclusion.EXAMPLE,
        "changes the conclusion of a resolved incident",
        names=first,
        takes_text=True,
    ),
    "similar": Verb(
        search.handle_similar,
        search.SIMILAR_EXAMPLE,
        "finds earlier incidents like this channel's",
        takes_text=True,
    ),
    "milestone": Verb(
        milestone.handle,
        milestone.EXAMPLE,
        "says when it was detected, acknowledged, identified, mitigated; alone it shows what is known",
        milestone.form,
        milestone.fill,
        more=("/incident milestone", "/incident milestone set", "/incident milestone clear detected"),
    ),
    "severity": Verb(
        severity.handle,
        severity.EXAMPLE,
        "says how bad the incident is; alone it shows how that changed",
        more=("/incident severity",),
    ),
    "role": Verb(
        role.handle,
        role.EXAMPLE,
        "says who does what; alone it shows who has done what",
        more=("/incident role commander me", "/incident role commander none", "/incident role"),
    ),
    "zone": Verb(
        zone.handle,
        zone.EXAMPLE,
        "sets the zone in which the post-mortem shows its times",
        more=("/incident zone",),
    ),
    "duration": Verb(
        duration.handle,
        duration.EXAMPLE,
        "keeps a duration as somebody published it; alone it lists them",
        more=("/incident duration time to repair none", "/incident duration"),
    ),
    "": Verb(_alone, "/incident help", "says everything there is to say", helps=helps),
    "resolve": resolve.verb("/incident resolve"),
    "timeline": Verb(
        timeline.handle,
        "/incident timeline add 14:05 Rolled back",
        "shows the timeline, adds to it, corrects it",
        names=first,
        verbs=timeline.VERBS,
    ),
    "postmortem": Verb(
        postmortem.handle,
        "/incident postmortem draft",
        "takes the post-mortem to its end",
        postmortem.form,
        names=first,
        verbs=postmortem.VERBS,
    ),
}
