"""Declaring an incident: at once, whatever Slack is doing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import announcing, homes, intents
from bot.incidents.alike import open_and_alike
from bot.incidents.channel_name import channel_name
from bot.incidents.errors import AlreadyOpenHere, NotInADirectMessage, NotPrivateHere, TooManyDeclared
from bot.incidents.roles import Given, give
from storage import incidents, outbox
from storage.tables import Incident
from storage.vocabulary import COMMANDER, Basis, IncidentStatus, MilestoneKind

WITHIN = timedelta(minutes=1)
MOST_WITHIN = 5
"""So many incidents one person may declare within a minute."""
DRILL = "Drill: "
"""How the title of a drill begins, so that nobody takes one for the real thing, wherever it is shown."""


class OthersAlike(Exception):
    """Incidents that are open may be the same, by their `numbers`: the person is to be asked first."""

    def __init__(self, numbers: Collection[int]) -> None:
        super().__init__(", ".join(f"INC-{number}" for number in numbers))
        self.numbers = tuple(numbers)


@dataclass(frozen=True)
class Declaration:
    """Somebody says there is an incident, from `channel_id`; `is_here` keeps it in that channel.

    `is_private` is what they said of a channel of its own; None: as private as where they said it. They said
    it in no channel at all where `channel_id` is empty. `is_announced`: others are to be told, but of
    what is private, and of drills, nobody is. Where it `is_by_person` they are brought into a channel of its
    own; an alert is nobody to bring, and `user_id` is then Scribe. Its first draft follows the `template` of
    this name. `is_paced`: not too many in a minute.
    """

    team_id: str
    channel_id: str
    channel_name: str
    user_id: str
    title: str
    is_here: bool
    severity: str | None = None
    since: datetime | None = None
    response_url: str | None = None
    is_private: bool | None = None
    commander_id: str | None = None
    is_announced: bool = False
    is_drill: bool = False
    is_by_person: bool = True
    template: str | None = None
    is_paced: bool = True


async def declare(
    session: AsyncSession,
    declaration: Declaration,
    *,
    now: datetime,
    prefix: str,
    besides: Collection[int] | None = None,
) -> Incident:
    """Open the incident and ask for its channel, its declarer's invitation and its summary.

    `besides` are open incidents that are known to be others; None: whether one is the same is not asked.

    Raises:
        OthersAlike: there are open incidents, none of `besides`, that may be the same.
        AlreadyOpenHere: `is_here`, and the channel keeps an open incident.
        NotInADirectMessage: `is_here` in a direct message, with one person or a group.
        NotPrivateHere: it is to be kept privately in a public channel.
        TooManyDeclared: it `is_paced`, and the same person declared as many within a minute as anybody may.
    """
    if declaration.is_here:
        if is_direct(declaration.channel_id, declaration.channel_name):
            raise NotInADirectMessage
        if declaration.is_private and not _keeps_private(declaration):
            raise NotPrivateHere
        standing = await incidents.open_in(session, declaration.team_id, declaration.channel_id)
        if standing:
            raise AlreadyOpenHere(standing.number)
    number = await incidents.next_number(session, declaration.team_id)  # one at a time, so the count is right
    title = titled(declaration.title, is_drill=declaration.is_drill)
    if besides is not None:
        alike = await open_and_alike(
            session,
            team_id=declaration.team_id,
            title=title,
            channel_id=declaration.channel_id,
            by=declaration.user_id,
            is_drill=declaration.is_drill,
            now=now,
            besides=besides,
        )
        if alike:
            raise OthersAlike([one.number for one in alike])
    if declaration.is_paced:
        await _check_pace(session, declaration, now)
    own_name = channel_name(prefix, now, title, number)
    keeps_private = _keeps_private(declaration)
    incident = Incident(
        team_id=declaration.team_id,
        number=number,
        title=title,
        severity=declaration.severity,
        status=IncidentStatus.OPEN,
        channel_id=declaration.channel_id if declaration.is_here else None,
        channel_name=declaration.channel_name if declaration.is_here else own_name,
        is_own_channel=not declaration.is_here,
        is_private=keeps_private,
        declared_by=declaration.user_id,
        declared_at=now,
        declared_in=declaration.channel_id or None,
        is_drill=declaration.is_drill,
        template=declaration.template,
        is_announced=declaration.is_announced and not keeps_private and not declaration.is_drill,
    )
    session.add(incident)
    await session.flush()
    if declaration.since:
        await incidents.set_milestone(
            session,
            incident.pk,
            MilestoneKind.IMPACT_STARTED,
            declaration.since,
            basis=Basis.STATED,
            stated_by=declaration.user_id,
            stated_at=now,
        )
    if declaration.is_here:
        asks = [intents.join_channel(incident.pk, declaration.response_url)]
    else:
        asks = [
            intents.open_channel(
                incident.pk,
                declaration.response_url,
                declaration.channel_id or None,
                declaration.channel_name or None,
            ),
        ]
        if declaration.is_by_person:
            asks.append(intents.invite(incident.pk, declaration.user_id))
    await outbox.ask(session, [*asks, intents.refresh_summary(incident.pk)], asked_at=now)
    if declaration.commander_id:
        given = [Given(COMMANDER, declaration.commander_id)]
        by = declaration.user_id
        await give(session, incident, given, by=by, now=now, is_there={by})
    await homes.follow(session, incident.team_id, now)
    await announcing.begin(session, incident, at=now)
    return incident


def titled(title: str, *, is_drill: bool) -> str:
    """The title of an incident; that of a drill begins with saying so."""
    is_marked = title.casefold().startswith(DRILL.strip().casefold())
    return f"{DRILL}{title}" if is_drill and not is_marked else title


async def _check_pace(session: AsyncSession, declaration: Declaration, now: datetime) -> None:
    """Every incident opens a channel and calls people: a script must not open many."""
    since = now - WITHIN
    declared = await incidents.declared_since(session, declaration.team_id, declaration.user_id, since)
    if len(declared) >= MOST_WITHIN:
        raise TooManyDeclared(MOST_WITHIN, declared[-MOST_WITHIN] + WITHIN - now, declaration.title)


def _keeps_private(declaration: Declaration) -> bool:
    if declaration.is_here or declaration.is_private is None:
        return is_private(declaration.channel_id, declaration.channel_name)
    return declaration.is_private


def is_direct(channel_id: str, channel_name: str) -> bool:
    """Whether a conversation is direct messages, with one person or a group: no incident is kept there.

    Slack lets no app into a group's that stand, and who is in them never changes.
    """
    return channel_id.startswith("D") or channel_name.startswith("mpdm-")


def is_private(channel_id: str, channel_name: str) -> bool:
    """Whether what is said in a channel is said among its members, by what a command tells of it.

    Slack names every private channel `privategroup` in a command and a group's direct messages `mpdm-…`;
    older ones of both begin with G. A direct message with one person is none of these: whoever declares an
    incident there asks Scribe alone for what everybody may know.
    """
    return channel_name == "privategroup" or channel_name.startswith("mpdm-") or channel_id.startswith("G")
