"""`/incident start`: in one line, or in a form."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from bot.incidents import intents
from bot.incidents.declare import Declaration, declare, is_private
from bot.listeners.attempt import once_transaction
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.listeners.zones import zone_for
from bot.slack.blocks import answers
from bot.slack.blocks.declare_form import HERE, NEW, NEW_PRIVATE, Origin, declare_form
from bot.slack.names import names_in
from bot.text.mrkdwn import inert_line
from bot.text.when import Moment, since_needs_zone, split_since
from storage import outbox
from storage.tables import Incident
from storage.vocabulary import MarkSection

EXAMPLE = "/incident start Checkout is down since 14:00"


class Place(Enum):
    """Where somebody said that the incident is to be kept."""

    HERE = "here"
    PRIVATE = "private"
    PRIVATE_HERE = "private here"
    PUBLIC = "public"


IS_PRIVATE = {Place.PRIVATE: True, Place.PRIVATE_HERE: True, Place.PUBLIC: False}
_PLACE = re.compile(
    r"(?P<words>public(?=\s*:)"
    r"|(?:private(?:ly)?[\s,]+here|(?:here[\s,]+)?private(?:ly)?|here)(?=$|[\s:,]))[\s:,]*",
    re.IGNORECASE,
)


def form(command: Command, scribe: Scribe) -> dict[str, Any] | None:
    """Without a title everything is asked for in a form."""
    text, place = read_place(command.text)
    title, since = _title_and_said_since(text)
    if title:
        return None
    origin = Origin(command.channel_id, command.channel_name, command.response_url)
    is_private_here = is_private(command.channel_id, command.channel_name)
    if place in (Place.HERE, Place.PRIVATE_HERE):
        chosen = HERE
    elif place is Place.PRIVATE or (place is None and is_private_here):
        chosen = NEW_PRIVATE
    else:
        chosen = NEW
    return declare_form(origin, scribe.settings.severity_names, place=chosen, since=since)


async def handle(command: Command, scribe: Scribe) -> Answer:
    text, place = read_place(command.text)
    title, since = await _title_and_since(text, command, scribe)
    incident = await start(
        Declaration(
            team_id=command.team_id,
            channel_id=command.channel_id,
            channel_name=command.channel_name,
            user_id=command.user_id,
            title=title,
            is_here=place in (Place.HERE, Place.PRIVATE_HERE),
            is_private=IS_PRIVATE.get(place) if place else None,
            since=since.at if since else None,
            response_url=command.response_url or None,
        ),
        scribe,
        key=command.key,
    )
    return await declared_answer(incident, scribe)


async def start(declaration: Declaration, scribe: Scribe, *, key: str, answers_at: str = "") -> Incident:
    """Declare in one transaction, once for each `key`; what Slack must do follows from the outbox.

    The answer is sent to the response_url `answers_at` when there is one, since a form has none.
    """
    async with once_transaction(key, scribe) as session:
        now = scribe.clock.now()
        prefix = scribe.settings.incident_channel_prefix
        incident = await declare(session, declaration, now=now, prefix=prefix)
        if answers_at:
            text = await declared_answer(incident, scribe)
            reply = intents.reply(answers_at, text, f"declared:{incident.id}")
            await outbox.ask(session, [reply], asked_at=now)
        return incident


async def declared_answer(incident: Incident, scribe: Scribe) -> str:
    names = await names_in(scribe.directory, [incident.title], asks_slack=False)
    title = inert_line(incident.title, names)
    if incident.is_own_channel:
        return answers.declared(incident.number, title, incident.channel_name, is_private=incident.is_private)
    return answers.declared_here(incident.number, title, scribe.settings.emoji_names[MarkSection.TIMELINE])


async def _title_and_since(text: str, command: Command, scribe: Scribe) -> tuple[str, Moment | None]:
    zone = await zone_for(command.user_id, scribe, needed=since_needs_zone(text), text=text)
    title, since = split_since(text, scribe.clock.now(), zone)
    return title, since


def _title_and_said_since(text: str) -> tuple[str, str]:
    """`since 14:00` without a title leaves the title to the form and the time in it."""
    only_since = re.fullmatch(r"since\s+(.*)", text, re.IGNORECASE | re.DOTALL)
    return ("", only_since[1].strip()) if only_since else (text, "")


def read_place(text: str) -> tuple[str, Place | None]:
    """The title without the words before it that say where the incident is to be kept.

    `here` and `private` are such words as they stand. `public` is one only with a colon after it, since
    "public API is down" is a title, and taking it otherwise would open a public channel for a private matter.
    """
    found = _PLACE.match(text)
    if found is None:
        return text, None
    words = found["words"].lower()
    rest = text[found.end() :].strip()
    if "public" in words:
        return rest, Place.PUBLIC
    if "private" in words:
        return rest, Place.PRIVATE_HERE if "here" in words else Place.PRIVATE
    return rest, Place.HERE
