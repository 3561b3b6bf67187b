"""Who does what in an incident: one person a role at a time, each with the time they held it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.changed import note_and_tell
from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted
from bot.incidents.verbs import near
from storage import changes
from storage.tables import Incident, RoleHeld
from storage.vocabulary import COMMANDER, ChangeKind

EXAMPLE = "/incident role commander @ana"

ROLES = (COMMANDER, "scribe", "communications", "operations")
"""The roles most teams have; a team may have others, of a word of their own."""
ALSO = {
    "ic": COMMANDER,
    "im": COMMANDER,
    "lead": COMMANDER,
    "leader": COMMANDER,
    "incident commander": COMMANDER,
    "incident manager": COMMANDER,
    "incident lead": COMMANDER,
    "incident leader": COMMANDER,
    "comms": "communications",
    "comms lead": "communications",
    "communication": "communications",
    "communications lead": "communications",
    "ops": "operations",
    "ops lead": "operations",
    "operations lead": "operations",
    "scribes": "scribe",
    "note taker": "scribe",
    "notetaker": "scribe",
}
LONGEST = 30
NOBODY = frozenset({"none", "nobody", "noone", "-"})
ME = frozenset({"me", "myself", "i"})

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_BETWEEN = frozenset({"is", "to", "are", "for", "now", ":", "=", ",", "->"})


class RoleUnreadable(ScribeError):
    def __init__(self, problem: str) -> None:
        super().__init__(
            f"{problem} For example: `{EXAMPLE}`; `/incident role commander none` ends it. "
            f"A role is one word of letters, such as {', '.join(ROLES)}."
        )


class NoSuchRole(ScribeError):
    """What was named is a known role but for a typing mistake or two."""

    def __init__(self, said: str, meant: str) -> None:
        super().__init__(
            f"There is no role {quoted(said)}. Did you mean `{meant}`? For example: "
            f"`/incident role {meant} @ana`. A role of your own needs a name less like it."
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


def read_role(text: str, by: str, standing: Collection[str] = ()) -> Given:
    """What "commander <@U1>" says, or "<@U1> incident commander", or "ic me" of the person it is said `by`.

    `standing` are the roles that are held already: a mistyped one of these is asked about as well.

    Raises:
        RoleUnreadable: it names no role, or neither a person nor nobody.
        NoSuchRole: it names one that is nearly another.
    """
    words = re.sub(r"([:=,]|->)(?=\s|$)", r" \1 ", text).split()
    people = [word for word in words if _who(word, by) is not None]
    named = " ".join(word for word in words if word not in people and word.lower() not in _BETWEEN)
    if people and words[0] not in people and words[-1] not in people:
        people = []  # a mention in the middle of a sentence is not who gets the role
    role = _role(named.lower(), {*ROLES, *standing}, is_whole=len(people) == 1)
    if len(people) != 1:
        raise RoleUnreadable(f"I can't tell who is to be {role}: name one person of this workspace.")
    return Given(role, _who(people[0], by) or None)


def _who(word: str, by: str) -> str | None:
    """The person a word names, the empty text for nobody; None where it is neither."""
    if word.lower() in NOBODY:
        return ""
    if word.lower() in ME:
        return by
    person = _PERSON.fullmatch(word)
    return person[1] if person else None


def _role(said: str, known: Collection[str], *, is_whole: bool) -> str:
    role = ALSO.get(said, said)
    if role in known:
        return role
    first = said.partition(" ")[0]
    if not is_whole and ALSO.get(first, first) in known:
        return ALSO.get(first, first)  # the role is known, so what follows it is wrong
    if meant := near(role[: LONGEST + 1], sorted({*known, *ALSO})):
        raise NoSuchRole(said, ALSO.get(meant, meant))
    if not role.isalpha() or len(role) > LONGEST:
        raise RoleUnreadable("I can't tell which role you mean.")
    return role


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
    await note_and_tell(
        session, incident_id, ChangeKind.ROLE.of(given.role), handed.old, handed.new, by=by, at=now
    )
    return handed
