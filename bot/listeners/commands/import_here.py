"""`/incident import since 14:00`: what was said and marked here before becomes part of the record."""

from __future__ import annotations

import re
from datetime import datetime

from bot.incidents.errors import ScribeError
from bot.incidents.import_here import kept_here, read_since
from bot.incidents.status import check_stands
from bot.listeners.about import incident_meant
from bot.listeners.attempt import once_transaction
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.listeners.zones import zone_for
from bot.slack.blocks import answers
from bot.slack.blocks.import_question import Asked, question
from bot.slack.names import names_in
from bot.text.mrkdwn import inert_line
from bot.text.when import since_needs_zone, split_since
from storage import incidents
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, MarkSection

EXAMPLE = "/incident import since 14:00"


class SinceWhen(ScribeError):
    def __init__(self) -> None:
        super().__init__(
            "Since when shall I read this channel? For example: "
            f"`{EXAMPLE}`, or with a title `/incident import Checkout was slow since 2026-11-20 09:30`."
        )


class ReadsHereAlone(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"An import reads the channel it is said in, and this one does not keep INC-{number}. "
            f"Say it in INC-{number}'s own channel, for example `{EXAMPLE}`."
        )


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Have this channel read from then on for the incident it keeps; ask before one is opened for that.

    Raises:
        SinceWhen: no time was said.
        ReadsHereAlone: it names an incident that is not kept here.
        IncidentCancelled: it names one that was declared by mistake.
        NotInADirectMessage: no incident is ever kept there.
    """
    named = None
    if command.number is not None:
        named = await incident_meant(command, scribe)
        if named.channel_id != command.channel_id:
            raise ReadsHereAlone(named.number)
        check_stands(named)
    # the words before `since` are the title; a title of its own lets the time stand alone
    text = command.text if not re.match(r"since\b", command.text, re.IGNORECASE) else f"x {command.text}"
    zone = await zone_for(command.user_id, scribe, needed=since_needs_zone(text), text=command.text)
    said, since = split_since(text, scribe.clock.now(), zone)
    if since is None:
        raise SinceWhen
    async with scribe.database.read() as session:
        kept = named or await kept_here(session, scribe.workspace.team_id, command.channel_id)
    if kept is None or (named is None and kept.status != IncidentStatus.OPEN):
        title = "" if text is not command.text else said.strip()
        asked = Asked(command.channel_id, command.channel_name, since.at, command.trigger_id, title)
        names = await names_in(scribe.directory, [title], asks_slack=False)
        ended = kept.number if kept and kept.status == IncidentStatus.RESOLVED else None
        return question(asked, inert_line(title, names), is_first=kept is None, ended=ended)
    await scribe.permission.check(command.caller, kept)
    async with once_transaction(command.key, scribe) as session:
        incident = await incidents.by_id(session, kept.pk)
        await read_since(session, incident, since.at, now=scribe.clock.now())
    return await importing(incident, since.at, scribe, is_new=False)


async def importing(incident: Incident, since: datetime, scribe: Scribe, *, is_new: bool) -> str:
    """What is done, for whoever asked for it."""
    names = await names_in(scribe.directory, [incident.title], asks_slack=False)
    title, emoji = inert_line(incident.title, names), scribe.settings.emoji_names[MarkSection.TIMELINE]
    return answers.importing(incident.number, title, since, emoji, is_new=is_new)
