"""An incident as a whole: how it stands, and how what is said of it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import milestones
from bot.incidents.actor import Actor
from bot.incidents.channels import unreachable_because
from bot.incidents.draft_link import canvas_link, link_in_channel
from bot.incidents.stage import stage_of
from bot.incidents.status import check_open
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.views.pages import PageView, pages_of
from bot.settings import Settings
from storage import changes, drafts, incidents, live_timelines, updates
from storage.tables import Incident, Workspace
from storage.vocabulary import COMMANDER, ChangeKind, IncidentStatus, MilestoneKind, Unreachable

LISTED = 20
LOOKED_AT = 60
"""The newest incidents that a list is chosen from, since some may not be its reader's to see."""


@dataclass(frozen=True)
class UpdateView:
    """What people were told last of how an incident goes; `known` and `doing` are Slack text."""

    known: str
    doing: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class StatusView:
    """How an incident stands; people are user ids.

    `stage` is how far it is, None where it is over; `next_update_at` is when people wait for the next update,
    None where nobody does. `draft_link` is none where the draft is not everybody's to read; `unreachable`
    says why nothing more of its channel comes onto the record, if so (`bot.incidents.channels`). `roles` are
    those of others than the commander. `timeline_link` leads to the canvas that shows the timeline while the
    incident goes on; `pages` are those of its post-mortem outside Slack.
    """

    number: int
    title: str
    severity: str | None
    is_open: bool
    is_cancelled: bool
    channel_id: str | None
    declared_at: datetime
    declared_by: str
    started_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str | None
    conclusion: str | None
    commander: str | None
    draft_link: str | None
    unreachable: Unreachable | None
    stage: str | None
    last_update: UpdateView | None
    next_update_at: datetime | None
    is_private: bool = False
    is_drill: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    timeline_link: str | None = None
    pages: Sequence[PageView] = ()


@dataclass(frozen=True)
class ListedIncident:
    """A line of a list of incidents."""

    number: int
    title: str
    is_open: bool
    declared_at: datetime
    channel_id: str | None
    severity: str | None
    unreachable: Unreachable | None


@dataclass(frozen=True)
class IncidentList:
    """The newest that somebody may see, open ones first; `is_complete`: Slack said in time which those are.

    `has_more`: they may see others that are not listed.
    """

    incidents: Sequence[ListedIncident]
    is_complete: bool
    has_more: bool


@dataclass(frozen=True)
class ChangeView:
    """Something that was said of an incident, in place of what was said before, by a user."""

    at: datetime
    old: str | None
    new: str | None
    by: str


@dataclass(frozen=True)
class History:
    """What is said now, and every change, the earliest first."""

    number: int
    now: str | None
    changes: Sequence[ChangeView]


@dataclass(frozen=True)
class RoleView:
    """A user held a role from when to when; `until` is None while they hold it."""

    role: str
    user_id: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Roles:
    number: int
    held: Sequence[RoleView]


@dataclass(frozen=True)
class DurationView:
    """A duration as a user stated it; its name is a known one's key, or their own words."""

    name: str
    said: str
    stated_by: str


@dataclass(frozen=True)
class Durations:
    """What was stated, and when each milestone was, of those that are known."""

    number: int
    stated: Sequence[DurationView]
    known: Mapping[MilestoneKind, datetime]


async def status_view(work: UnitOfWork, actor: Actor, number: int | None) -> StatusView:
    """How an incident stands."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        return await read_status(session, incident, work.workspace, work.settings)


async def open_status(work: UnitOfWork, actor: Actor, number: int | None) -> StatusView:
    """How an open incident stands, for a form that goes on with it.

    Raises:
        NotOpen, IncidentCancelled: it is over.
    """
    incident = await work.incident(actor, number)
    check_open(incident)
    async with work.reading() as session:
        return await read_status(session, incident, work.workspace, work.settings)


async def read_status(
    session: AsyncSession, incident: Incident, workspace: Workspace, settings: Settings
) -> StatusView:
    """How an incident stands, for what is shown to everybody in its channel."""
    known = await milestones.known(session, incident.pk)
    draft = await drafts.newest_delivered(session, incident.pk)
    roles = {one.role: one.user_id for one in await changes.roles(session, incident.pk) if one.until is None}
    commander = roles.pop(COMMANDER, None)
    last = await updates.newest(session, incident.pk)
    live = await live_timelines.of_incident(session, incident.pk)
    elsewhere = await pages_of(session, incident.pk)
    is_open = incident.status == IncidentStatus.OPEN
    return StatusView(
        number=incident.number,
        title=incident.title,
        severity=incident.severity,
        is_open=is_open,
        is_cancelled=incident.status == IncidentStatus.CANCELLED,
        channel_id=incident.channel_id,
        declared_at=incident.declared_at,
        declared_by=incident.declared_by,
        started_at=known.get(MilestoneKind.IMPACT_STARTED),
        resolved_at=known.get(MilestoneKind.RESOLVED),
        resolved_by=incident.resolved_by,
        conclusion=incident.conclusion,
        commander=commander,
        draft_link=link_in_channel(workspace, incident, draft) if draft else None,
        unreachable=unreachable_because(incident),
        stage=stage_of(incident, settings.stage_names[0]) if is_open else None,
        last_update=UpdateView(last.known, last.doing, last.by, last.at) if last else None,
        next_update_at=incident.next_update_at if is_open else None,
        is_private=incident.is_private,
        is_drill=incident.is_drill,
        roles=roles,
        timeline_link=canvas_link(workspace, live.canvas_id) if live and live.canvas_id else None,
        pages=elsewhere,
    )


async def incident_list(work: UnitOfWork, actor: Actor) -> IncidentList:
    """The incidents somebody may see, the newest first; of others there is not a word.

    Raises:
        OursAlone, PeopleAlone: they are answered nothing at all.
    """
    async with work.reading() as session:
        newest = await incidents.newest(
            session, work.workspace.team_id, limit=LOOKED_AT, user_id=actor.user_id
        )
    seen, is_complete = await work.permission.visible(actor, newest)
    listed = [
        ListedIncident(
            number=one.number,
            title=one.title,
            is_open=one.status == IncidentStatus.OPEN,
            declared_at=one.declared_at,
            channel_id=one.channel_id,
            severity=one.severity,
            unreachable=unreachable_because(one),
        )
        for one in seen[:LISTED]
    ]
    return IncidentList(listed, is_complete, len(seen) > LISTED)


async def severity_history(work: UnitOfWork, actor: Actor, number: int | None) -> History:
    """How bad the incident was said to be."""
    incident = await work.incident(actor, number)
    return History(incident.number, incident.severity, await _changes(work, incident, ChangeKind.SEVERITY))


async def stage_history(work: UnitOfWork, actor: Actor, number: int | None) -> History:
    """How far the incident was said to be; now of one that is over is its status."""
    incident = await work.incident(actor, number)
    is_open = incident.status == IncidentStatus.OPEN
    now = stage_of(incident, work.settings.stage_names[0]) if is_open else str(incident.status)
    return History(incident.number, now, await _changes(work, incident, ChangeKind.STAGE))


async def conclusions(work: UnitOfWork, actor: Actor, number: int | None) -> History:
    """How the incident was said to have ended."""
    incident = await work.incident(actor, number)
    return History(
        incident.number, incident.conclusion, await _changes(work, incident, ChangeKind.CONCLUSION)
    )


async def impact_history(work: UnitOfWork, actor: Actor, number: int | None) -> History:
    """Who and what the incident was said to have hurt."""
    incident = await work.incident(actor, number)
    changes_ = await _changes(work, incident, ChangeKind.IMPACT)
    return History(incident.number, changes_[-1].new if changes_ else None, changes_)


async def zone_of_incident(work: UnitOfWork, actor: Actor, number: int | None) -> tuple[int, str | None]:
    """The incident's number, and the zone that somebody chose for its times."""
    incident = await work.incident(actor, number)
    return incident.number, incident.zone


async def roles(work: UnitOfWork, actor: Actor, number: int | None) -> Roles:
    """Who does what, and who did."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        held = await changes.roles(session, incident.pk)
    return Roles(incident.number, [RoleView(one.role, one.user_id, one.since, one.until) for one in held])


async def durations(work: UnitOfWork, actor: Actor, number: int | None) -> Durations:
    """The durations that were stated, and what others are counted from."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        stated = await stated_durations(session, incident.pk)
        known = await milestones.known(session, incident.pk)
    return Durations(incident.number, stated, known)


async def stated_durations(session: AsyncSession, incident_id: int) -> list[DurationView]:
    """The durations of an incident that were stated."""
    found = await changes.stated_durations(session, incident_id)
    return [DurationView(one.name, one.said, one.stated_by) for one in found]


async def _changes(work: UnitOfWork, incident: Incident, what: ChangeKind) -> list[ChangeView]:
    async with work.reading() as session:
        found = await changes.of_incident(session, incident.pk, what)
    return [ChangeView(one.changed_at, one.old, one.new, one.changed_by) for one in found]
