"""`/incident import since 14:00`: what was said and marked here before becomes part of the record."""

from __future__ import annotations

import re

from bot.incidents.declare import Declaration
from bot.incidents.errors import ScribeError
from bot.incidents.import_here import import_here
from bot.incidents.when import since_needs_zone, split_since
from bot.listeners.about import incident_meant
from bot.listeners.attempt import written
from bot.listeners.requests import Answer, Command
from bot.listeners.zones import zone_for
from bot.scribe import Scribe
from bot.slack.blocks import answers
from bot.slack.mrkdwn import inert_line
from bot.slack.names import names_in

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
    """Declare an incident here unless one is open, and have the channel read from then on.

    Raises:
        SinceWhen: no time was said.
        ReadsHereAlone: it names an incident that is not kept here.
    """
    if command.number is not None:
        named = await incident_meant(command, scribe)
        if named.channel_id != command.channel_id:
            raise ReadsHereAlone(named.number)
    # the words before `since` are the title; a title of its own lets the time stand alone
    text = command.text if not re.match(r"since\b", command.text, re.IGNORECASE) else f"x {command.text}"
    zone = await zone_for(command.user_id, scribe, needed=since_needs_zone(text), text=command.text)
    said, since = split_since(text, scribe.clock.now(), zone)
    if since is None:
        raise SinceWhen
    title = "" if text is not command.text else said.strip()
    declaration = Declaration(
        team_id=command.team_id,
        channel_id=command.channel_id,
        channel_name=command.channel_name,
        user_id=command.user_id,
        title=title or f"What happened in #{command.channel_name}",
        is_here=True,
        response_url=command.response_url or None,
    )
    async with written(command.key, scribe) as session:
        incident, is_new = await import_here(
            session,
            declaration,
            since.at,
            now=scribe.clock.now(),
            prefix=scribe.settings.incident_channel_prefix,
        )
    names = await names_in(scribe.directory, [incident.title], asks_slack=False)
    return answers.importing(
        incident.number,
        inert_line(incident.title, names),
        since.at,
        scribe.settings.emoji_names["timeline"],
        is_new=is_new,
    )
