"""Who does what in an incident: one person a role at a time, each with the time they held it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.changed import tell
from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted
from bot.incidents.verbs import BY_THE_WAY, near
from storage import changes, outbox, participation
from storage.tables import Incident, IncidentChange, RoleHeld
from storage.vocabulary import COMMANDER, ChangeKind, IncidentStatus

EXAMPLE = "/incident role commander @ana"

ROLES = (COMMANDER, "communications", "scribe", "operations")
"""The roles most teams have; the settings name a team's own, and people may give others, of one word."""
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
_GROUP = re.compile(r"<!(subteam\^\w+|channel|here|everyone)(?:\|([^<>]*))?>")
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
    """Who held the role before, and who does now; `is_invited`: they are brought into the channel."""

    role: str
    old: str | None
    new: str | None
    is_invited: bool = False


def read_role(text: str, by: str, known: Collection[str] = ROLES) -> Given:
    """What "commander <@U1>" says, or "<@U1> incident commander", or "ic me" of the person it is said `by`.

    `known` are the roles there are: a mistyped one of these is asked about.

    Raises:
        RoleUnreadable: it names no role, or neither a person nor nobody.
        NoSuchRole: it names one that is nearly another.
        OneHolderOnly: it names a group.
    """
    if group := _GROUP.search(text):
        raise OneHolderOnly(quoted(group[2] or group[1]))
    words = re.sub(r"([:=,]|->)(?=\s|$)", r" \1 ", text).split()
    while words and words[-1].lower().strip(".,!") in BY_THE_WAY | {""}:
        words.pop()
    while words and words[0].lower() in BY_THE_WAY:
        words.pop(0)
    people = [word for word in words if _who(word, by) is not None]
    named = " ".join(word for word in words if word not in people and word.lower() not in _BETWEEN)
    if people and words and words[0] not in people and words[-1] not in people:
        people = []  # a mention in the middle of a sentence is not who gets the role
    role = _role(named.lower(), known, is_whole=len(people) == 1)
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
    also = {name: role for name, role in ALSO.items() if role in known}
    role = also.get(said, said)
    if role in known:
        return role
    first = said.partition(" ")[0]
    if not is_whole and also.get(first, first) in known:
        return also.get(first, first)  # the role is known, so what follows it is wrong
    if meant := near(role[: LONGEST + 1], sorted({*known, *also})):
        raise NoSuchRole(said, also.get(meant, meant))
    if not role.isalpha() or len(role) > LONGEST:
        raise RoleUnreadable("I can't tell which role you mean.")
    return role


class OneHolderOnly(ScribeError):
    """A group was named, and a role is one person's."""

    def __init__(self, group: str) -> None:
        super().__init__(
            f"A role is one person's, and {group} is a group: name one of them. For example: `{EXAMPLE}`."
        )


class CannotHold(ScribeError):
    """Somebody is to have a role, or work, who has left the company, or is an app.

    `role` is what they can't be; `unsaved` are words of whoever says it.
    """

    def __init__(
        self, user_id: str, role: str, *, has_left: bool, example: str = EXAMPLE, unsaved: str = ""
    ) -> None:
        why = "has left this workspace" if has_left else "is an app"
        lost = f" Nothing was recorded of: {unsaved}" if unsaved else ""
        said = f"<@{user_id}> {why}, and can't be {role}: name somebody else, for example `{example}`."
        super().__init__(f"{said}{lost}")
        self.user_id = user_id
        self.role = role
        self.in_form = said
        """The sentence for a form, which keeps what is in it."""


class LeadsNoMore(ScribeError):
    """Command of an incident was to be taken that is over."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} is resolved, so nobody has to lead it. `/incident reopen INC-{number}` opens it "
            f"again; who led it can still be said: `/incident role INC-{number} commander me`."
        )


async def give(
    session: AsyncSession,
    incident: Incident,
    given: Sequence[Given],
    *,
    by: str,
    now: datetime,
    is_there: Collection[str] = (),
) -> list[Handed]:
    """Hand roles of an incident over; whoever held one holds it no more.

    Whoever gets a role in an open incident and was never seen in its channel is invited to it, but for
    those of whom it is known that they are there.
    """
    await changes.take(session, incident)
    return await _hand_over(session, incident, given, by=by, now=now, is_there=is_there)


async def claim(
    session: AsyncSession,
    incident: Incident,
    role: str,
    instead_of: str | None,
    *,
    by: str,
    now: datetime,
    is_there: Collection[str] = (),
) -> Handed:
    """Take a role that nobody holds, or that `instead_of` holds; somebody else keeps it.

    Raises:
        LeadsNoMore: the incident is resolved.
    """
    incident_id = await changes.take(session, incident)
    if incident.status != IncidentStatus.OPEN:
        raise LeadsNoMore(incident.number)
    standing = await changes.holder(session, incident_id, role)
    if standing and standing.user_id not in (by, instead_of):
        return Handed(role, standing.user_id, standing.user_id)
    given = [Given(role, by)]
    return (await _hand_over(session, incident, given, by=by, now=now, is_there=is_there))[0]


async def _hand_over(
    session: AsyncSession,
    incident: Incident,
    given: Sequence[Given],
    *,
    by: str,
    now: datetime,
    is_there: Collection[str],
) -> list[Handed]:
    handed: list[Handed] = []
    noted: list[IncidentChange] = []
    for one in given:
        standing = await changes.holder(session, incident.pk, one.role)
        old, new = standing.user_id if standing else None, one.user_id
        if old == new:
            handed.append(Handed(one.role, old, new))
            continue
        if standing:
            standing.until = max(now, standing.since)
            session.add(standing)
        if new:
            held = RoleHeld(incident_id=incident.pk, role=one.role, user_id=new, since=now, given_by=by)
            session.add(held)
        what = ChangeKind.ROLE.of(one.role)
        noted.append(changes.note(session, incident.pk, what, old, new, by=by, at=now))
        is_invited = new is not None and new not in is_there and await _is_missing(session, incident, new)
        handed.append(Handed(one.role, old, new, is_invited))
    invited = dict.fromkeys(one.new for one in handed if one.is_invited and one.new)
    asks = [intents.invite(incident.pk, user_id) for user_id in invited]
    await outbox.ask(session, asks, asked_at=now)
    await tell(session, noted, at=now)
    return handed


async def _is_missing(session: AsyncSession, incident: Incident, user_id: str) -> bool:
    """Whether nothing shows that somebody ever was in the channel of an open incident."""
    if incident.status != IncidentStatus.OPEN or incident.is_archived or user_id == incident.declared_by:
        return False
    if incident.channel_id is None:  # it is being opened
        return True
    return not await participation.was_seen(session, incident.team_id, incident.channel_id, user_id)
