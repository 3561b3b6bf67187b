"""Which incident a verb is about: the one that is named as INC-n, else the channel's.

Where a number counts, so that nobody's prose is taken for one:

- At the beginning it always counts, before or after the verb: `/resolve INC-1 Rolled back`,
  `/timeline INC-1 add 14:05 …`, `/timeline add INC-1 14:05 …`, `/incident INC-1 severity sev2`.
- Verbs that take no prose (severity, role, zone, milestone, publish, task done …) take it anywhere.
- In the words of an action item it counts at the end as well (`task add Add an index INC-1`), unless the
  word before makes it part of the sentence: `task add Do what we learned from INC-1`.
- In a conclusion, and in the text of a timeline event, it counts at the beginning alone: `same cause as
  INC-1` is a conclusion.

Only the form INC-n counts, in any case: a bare number is a time, an event or an action item.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.contextvars import bind_contextvars

from bot.incidents.errors import NoIncidentHere, NoSuchIncident
from storage import incidents
from storage.tables import Incident

DASH = "[-‐‑‒–—]"  # what keyboards make of a hyphen
_FIRST = re.compile(rf"inc(?:{DASH}|\s)?(\d{{1,9}})(?=$|[\s:,;])[\s:,;]*(?:{DASH}+\s+)?", re.IGNORECASE)
_ANYWHERE = re.compile(rf"(?<!\S)inc(?:{DASH}|\s)?(\d{{1,9}})(?=$|[\s:,;])[\s:,;]*", re.IGNORECASE)
_LAST = re.compile(rf"(?:^|(?<=\s))inc{DASH}?(\d{{1,9}})$", re.IGNORECASE)
_LEADS_ON = re.compile(
    r"a|about|after|an|and|as|at|before|by|during|for|from|in|into|is|like|of|on|or|per|see|since"
    r"|than|that|the|this|to|under|until|via|vs|was|were|while|with",
    re.IGNORECASE,
)
"""Words after which a number is part of the sentence."""


@dataclass(frozen=True)
class Named:
    """The incident a text names by its number, if any, and the text without it."""

    number: int | None
    text: str


Reading = Callable[[str], Named]
"""Where in a verb's words its incident may be named."""


def nowhere(text: str) -> Named:
    """For verbs that are about no incident, or whose words are searched for."""
    return Named(None, text)


def first(text: str) -> Named:
    """For prose: at its beginning."""
    found = _FIRST.match(text)
    return Named(int(found[1]), text[found.end() :].strip()) if found else Named(None, text)


def first_or_last(text: str) -> Named:
    """For the words of an action item: at their beginning, or at their end where it stands by itself."""
    named = first(text)
    found = _LAST.search(text)
    if named.number is not None or found is None:
        return named
    before = text[: found.start()].rstrip()
    words = before.split()
    if words and _LEADS_ON.fullmatch(words[-1].strip("(,;:")):
        return named
    return Named(int(found[1]), before)


def anywhere(text: str) -> Named:
    """For verbs without prose: wherever it stands."""
    found = _ANYWHERE.search(text)
    if found is None:
        return Named(None, text)
    before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
    return Named(int(found[1]), f"{before} {after}".strip())


async def meant(session: AsyncSession, team_id: str, channel_id: str, number: int | None) -> Incident:
    """The incident of this number; without one the channel's open incident, else its latest.

    Whether somebody may see it is not asked here: doors use `bot.listeners.about`.

    Raises:
        NoIncidentHere: no number is named, and the channel keeps none.
        NoSuchIncident: no incident has this number.
    """
    if number is None:
        found = await incidents.of_channel(session, team_id, channel_id)
        if found is None:
            raise NoIncidentHere
    else:
        found = await incidents.by_number(session, team_id, number)
        if found is None:
            raise NoSuchIncident(number)
    bind_contextvars(incident=found.number)  # for the log
    return found
