"""Declaring an incident: at once, whatever Slack is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import announcing, homes, intents
from bot.incidents.channel_name import channel_name
from bot.incidents.errors import AlreadyOpenHere, NotInADirectMessage, NotPrivateHere, TooManyDeclared
from storage import incidents, outbox
from storage.tables import Incident
from storage.vocabulary import Basis, IncidentStatus, MilestoneKind

WITHIN = timedelta(minutes=1)
MOST_WITHIN = 5
"""So many incidents one person may declare within a minute."""


@dataclass(frozen=True)
class Declaration:
    """Somebody says there is an incident, from `channel_id`; `is_here` keeps it in that channel.

    `is_private` is what they said of a channel of its own; None: as private as where they said it.
    `is_announced` that others are to be told, where the channel is public.
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
    is_announced: bool = False


async def declare(session: AsyncSession, declaration: Declaration, *, now: datetime, prefix: str) -> Incident:
    """Open the incident and ask for its channel, its declarer's invitation and its summary.

    Raises:
        AlreadyOpenHere: `is_here`, and the channel keeps an open incident.
        NotInADirectMessage: `is_here` in a direct message.
        NotPrivateHere: it is to be kept privately in a public channel.
        TooManyDeclared: the same person declared as many within a minute as anybody may.
    """
    if declaration.is_here:
        if declaration.channel_id.startswith("D"):
            raise NotInADirectMessage
        if declaration.is_private and not _keeps_private(declaration):
            raise NotPrivateHere
        standing = await incidents.open_in(session, declaration.team_id, declaration.channel_id)
        if standing:
            raise AlreadyOpenHere(standing.number)
    number = await incidents.next_number(session, declaration.team_id)  # one at a time, so the count is right
    await _check_pace(session, declaration, now)
    own_name = channel_name(prefix, now, declaration.title, number)
    incident = Incident(
        team_id=declaration.team_id,
        number=number,
        title=declaration.title,
        severity=declaration.severity,
        status=IncidentStatus.OPEN,
        channel_id=declaration.channel_id if declaration.is_here else None,
        channel_name=declaration.channel_name if declaration.is_here else own_name,
        is_own_channel=not declaration.is_here,
        is_private=_keeps_private(declaration),
        declared_by=declaration.user_id,
        declared_at=now,
        is_announced=declaration.is_announced and not _keeps_private(declaration),
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
                incident.pk, declaration.response_url, declaration.channel_id, declaration.channel_name
            ),
            intents.invite(incident.pk, declaration.user_id),
        ]
    await outbox.ask(session, [*asks, intents.refresh_summary(incident.pk)], asked_at=now)
    await homes.follow(session, incident.team_id, now)
    await announcing.begin(session, incident, at=now)
    return incident


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


def is_private(channel_id: str, channel_name: str) -> bool:
    """Whether what is said in a channel is said among its members, by what a command tells of it.

    Slack names every private channel `privategroup` in a command and a group's direct messages `mpdm-…`;
    older ones of both begin with G. A direct message with one person is none of these: whoever declares an
    incident there asks Scribe alone for what everybody may know.
    """
    return channel_name == "privategroup" or channel_name.startswith("mpdm-") or channel_id.startswith("G")
