"""Durations that somebody stated or published, kept as they wrote them, beside the computed ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.errors import ScribeError
from bot.text.when.words import APPROXIMATELY, NUMBER_WORD
from storage import changes, outbox
from storage.tables import Incident, StatedDuration
from storage.vocabulary import ChangeKind

EXAMPLE = "/incident duration time to repair 4h 27m"

NAMES = (
    "impact",
    "time_to_detect",
    "time_to_acknowledge",
    "time_to_mitigate",
    "time_to_repair",
    "time_to_resolve",
)
"""The durations every report knows; any other name is kept as it was written."""
LONGEST_NAME = 40
LONGEST_SAID = 100
NOTHING = frozenset({"none", "nothing", "-"})

_KNOWN = {name.replace("_", " "): name for name in NAMES} | {
    "impact duration": "impact",
    "duration of impact": "impact",
    "ttd": "time_to_detect",
    "tta": "time_to_acknowledge",
    "ttm": "time_to_mitigate",
}
_NAMED = re.compile(
    "(?P<name>"
    + "|".join(name.replace(" ", r"[ _-]+") for name in sorted(_KNOWN, key=len, reverse=True))
    + r")(?=$|[\s:=])[\s:=]*",
    re.IGNORECASE,
)
_LENGTH = re.compile(rf"[0-9]|\b{NUMBER_WORD}\b", re.IGNORECASE)
_FREE = re.compile(rf"(?P<name>[^0-9].*?)[\s:=]+(?P<said>(?:{APPROXIMATELY}\s*)?[0-9].*)", re.IGNORECASE)


class DurationUnreadable(ScribeError):
    def __init__(self, problem: str) -> None:
        names = ", ".join(name.replace("_", " ") for name in NAMES)
        super().__init__(f"{problem} For example: `{EXAMPLE}`. Known names: {names}; any other will do too.")


@dataclass(frozen=True)
class DurationStatement:
    """A duration's name, and what was said of it; None takes the statement back."""

    name: str
    said: str | None


def in_words(name: str) -> str:
    """`time_to_repair` as people say it."""
    return name.replace("_", " ") if name in NAMES else name


def read_duration(text: str) -> DurationStatement:
    """What "time to repair 4h 27m" says; a name that is not known ends where the number begins.

    Raises:
        DurationUnreadable: it has no name, or no length, or either is too long to be one.
    """
    text = " ".join(text.split())
    named = _NAMED.match(text)
    if named:
        name, said = _KNOWN[re.sub(r"[ _-]+", " ", named["name"].lower())], text[named.end() :]
    else:
        name, said = _free(text)
    if said.lower() in NOTHING:
        return DurationStatement(name, None)
    if not _LENGTH.search(said):
        raise DurationUnreadable("I miss how long it was.")
    if len(said) > LONGEST_SAID:
        raise DurationUnreadable(f"That is more than the {LONGEST_SAID} characters a duration may have.")
    return DurationStatement(name, said)


def _free(text: str) -> tuple[str, str]:
    free = _FREE.fullmatch(text)
    name, said = (free["name"], free["said"]) if free else (text, "")
    ended, _, last = text.rpartition(" ")
    if free is None and last.lower() in NOTHING and ended:
        name, said = ended, last
    if not said:
        raise DurationUnreadable("I miss how long it was, or what it was that lasted.")
    if len(name) > LONGEST_NAME:
        raise DurationUnreadable(f"The name is longer than {LONGEST_NAME} characters.")
    return name, said


async def state_duration(
    session: AsyncSession, incident: Incident, stated: DurationStatement, *, by: str, now: datetime
) -> str | None:
    """Store a duration that somebody states, and return what was stated before.

    Raises:
        DurationUnreadable: a statement is to be taken back that nobody made.
    """
    incident_id = await changes.take(session, incident)
    standing = await session.get(StatedDuration, (incident_id, stated.name))
    old = standing.said if standing else None
    if old == stated.said:
        if stated.said is None:
            raise DurationUnreadable("Nobody has stated that duration, so there is nothing to take back.")
        return old
    if stated.said is None:
        await session.delete(standing)
    else:
        await session.merge(
            StatedDuration(
                incident_id=incident_id, name=stated.name, said=stated.said, stated_by=by, stated_at=now
            )
        )
    changes.note(session, incident_id, ChangeKind.DURATION.of(stated.name), old, stated.said, by=by, at=now)
    await outbox.ask(session, [intents.refresh_summary(incident_id)], asked_at=now)
    return old
