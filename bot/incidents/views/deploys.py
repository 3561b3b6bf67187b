"""What was deployed in the hour before an incident, to be put on its timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import deploys as rules
from bot.incidents.actor import Actor
from bot.incidents.unit_of_work import UnitOfWork
from bot.settings.hooks import HookSettings
from storage import alerts, deploys, dismissals, timeline
from storage.deploy_tables import Deploy
from storage.tables import Incident

MOST_TOLD = 5
"""Deploys that are shown at once in the channel and among the suggestions."""
MOST_LISTED = 10


@dataclass(frozen=True)
class DeployView:
    """One deploy; `text` is Slack text with its link, `is_added`: it stands on the incident's timeline."""

    key: int
    at: datetime
    text: str
    is_added: bool


@dataclass(frozen=True)
class DeploysView:
    """Deploys of an incident's hour before, those of the service in trouble first, then the newest.

    `more` is how many there are besides. `service` is plain text: the only one that is shown and there is.
    """

    number: int
    deploys: Sequence[DeployView]
    more: int = 0
    service: str | None = None


async def deploys_before(work: UnitOfWork, actor: Actor, number: int | None) -> DeploysView:
    """What was deployed in the hour before, for somebody who may see the incident.

    Raises:
        NoIncidentHere, NoSuchIncident: there is none.
        MembersOnly, CannotTell, OursAlone, PeopleAlone: it is not this person's to see.
        IncidentCancelled: it was declared by mistake.
    """
    incident = await work.incident(actor, number, even_cancelled=False)
    async with work.reading() as session:
        return await read_before(session, incident, work.settings, most=MOST_LISTED)


async def deploys_to_suggest(work: UnitOfWork, actor: Actor, number: int | None) -> DeploysView:
    """The same without those that were added or dismissed.

    Raises:
        as `deploys_before`
    """
    incident = await work.incident(actor, number, even_cancelled=False)
    async with work.reading() as session:
        return await read_unanswered(session, incident, work.settings)


async def deploys_told(
    work: UnitOfWork, actor: Actor, number: int, keys: Sequence[int], more: int
) -> DeploysView:
    """How those stand now that were told of in a message, in its order; `more` is what it said.

    Raises:
        as `deploys_before`
    """
    incident = await work.incident(actor, number, even_cancelled=False)
    async with work.reading() as session:
        known = {one.pk: one for one in await deploys.by_ids(session, incident.team_id, keys)}
        found = [known[key] for key in keys if key in known]
        return await _view(session, incident, found, more)


async def read_before(
    session: AsyncSession, incident: Incident, hooks: HookSettings, *, most: int = MOST_TOLD
) -> DeploysView:
    """The deploys of the hour before, of an incident that may be shown."""
    return await _read(session, incident, hooks, (), most)


async def read_unanswered(session: AsyncSession, incident: Incident, hooks: HookSettings) -> DeploysView:
    """The same without those that were added or dismissed."""
    answered = set(await deploys.used_by(session, incident.pk))
    answered |= set(_dismissed(await dismissals.of_incident(session, incident.pk)))
    return await _read(session, incident, hooks, answered, MOST_TOLD)


def _dismissed(keys: Iterable[str]) -> list[int]:
    start = rules.deploy_key(0)[:-1]
    return [int(key.removeprefix(start)) for key in keys if key.startswith(start)]


async def _read(
    session: AsyncSession, incident: Incident, hooks: HookSettings, besides: Collection[int], most: int
) -> DeploysView:
    window = await rules.before(session, incident, hooks, besides)
    services = await deploys.services_within(session, incident.team_id, window)
    known = await alerts.services_of(session, incident.pk)
    about = [one for one in services if rules.concerns(incident, one, known)]
    found = await deploys.within(session, incident.team_id, window, limit=most, services=about)
    count = await deploys.count_within(session, incident.team_id, window)
    return await _view(session, incident, found, count - len(found))


async def _view(session: AsyncSession, incident: Incident, found: Sequence[Deploy], more: int) -> DeploysView:
    events = {key: use.event_number for key, use in (await deploys.used_by(session, incident.pk)).items()}
    lines = await timeline.standing(session, incident.pk) if events else []
    standing = {line.event.number for line in lines}
    services = {one.service for one in found}
    return DeploysView(
        incident.number,
        [
            DeployView(one.pk, one.last_at, rules.line_of(one), events.get(one.pk) in standing)
            for one in found
        ],
        more,
        service=services.pop() if len(services) == 1 and not more else None,
    )
