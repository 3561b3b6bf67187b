"""`/incident start`: in one line, or in a form."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import Any

from bot.incidents.actions.declare import Alike, Declare, declare
from bot.incidents.declare import DRILL, is_private
from bot.listeners.declare_form import form as declare_form
from bot.listeners.moments import zone_for
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import shortened_mrkdwn
from bot.slack.blocks.alike import LONGEST_TITLE, alike_question
from bot.slack.blocks.carried import packed
from bot.slack.blocks.declare_form import HERE, NEW, NEW_PRIVATE, Filled, Origin
from bot.slack.showing.incident import show_declared, shown_alike
from bot.text.when import Moment, since_needs_zone, split_since

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
    return declare_form(scribe, origin, Filled(place=chosen, since=since))


async def handle(command: Command, scribe: Scribe) -> Answer:
    text, place = read_place(command.text)
    title, since = await _title_and_since(text, command, scribe)
    request = Declare(
        title=title,
        channel_name=command.channel_name,
        is_here=place in (Place.HERE, Place.PRIVATE_HERE),
        is_private=IS_PRIVATE.get(place) if place else None,
        since=since.at if since else None,
        is_drill=title.casefold().startswith(DRILL.strip().casefold()),
    )
    result = await declare(scribe.work, command.actor, request)
    if not isinstance(result, Alike):
        return await show_declared(scribe, result)
    another = replace(
        request,
        title=shortened_mrkdwn(title, LONGEST_TITLE),
        is_another=True,
        asked=command.trigger_id,
    )
    return alike_question(await shown_alike(scribe, result), packed(None, another))


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
