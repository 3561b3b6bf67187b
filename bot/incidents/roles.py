"""Who does what in an incident: one person a role at a time, each with the time they held it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.changed import note_and_tell
from bot.incidents.errors import ScribeError
from storage import changes
from storage.tables import Incident, RoleHeld

EXAMPLE = "/incident role commander @ana"

COMMANDER = "commander"
ROLES = (COMMANDER, "scribe", "communications", "operations")
"""The roles most teams have; any other word is a role too."""
ALSO = {"ic": COMMANDER, "comms": "communications", "ops": "operations"}
LONGEST = 30
NOBODY = frozenset({"none", "nobody", "-"})

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


class RoleUnreadable(ScribeError):
    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem} For example: `{EXAMPLE}`; `/incident role commander none` ends it. "
            f"A role is one word of letters, such as {', '.join(ROLES)}."
        )


@dataclass(frozen=True)
class Given:
    """A role and who is to have it; None: nobody."""

    role: str
    user_id: str | None


@dataclass(frozen=True)
class Handed:
    """Who held the role before, and who does now."""

    old: str | None
    new: str | None


def read_role(text: str) -> Given:
    """What "commander <@U1>" says.

    Raises:
        RoleUnreadable: it names no role, or neither a person nor nobody.
    """
    word, _, rest = text.strip().partition(" ")
    role = ALSO.get(word.lower(), word.lower())
    if not role.isalpha() or len(role) > LONGEST:
        raise RoleUnreadable("I can't tell which role you mean.")
    rest = rest.strip()
    if rest.lower() in NOBODY:
        return Given(role, None)
    person = _PERSON.fullmatch(rest)
    if person is None:
        raise RoleUnreadable(f"I can't tell who is to be {role}: name one person of this workspace.")
    return Given(role, person[1])


async def give(session: AsyncSession, incident: Incident, given: Given, *, by: str, now: datetime) -> Handed:
    """Hand a role of an incident over; whoever held it holds it no more."""
    incident_id = await changes.take(session, incident)
    standing = await changes.holder(session, incident_id, given.role)
    handed = Handed(standing.user_id if standing else None, given.user_id)
    if handed.old == handed.new:
        return handed
    if standing:
        standing.until = max(now, standing.since)
        session.add(standing)
    if given.user_id:
        session.add(
            RoleHeld(incident_id=incident_id, role=given.role, user_id=given.user_id, since=now, given_by=by)
        )
    await note_and_tell(session, incident_id, f"role:{given.role}", handed.old, handed.new, by=by, at=now)
    return handed
