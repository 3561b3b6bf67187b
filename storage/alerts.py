"""Reading and writing alerts and their groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock
from storage.alert_tables import Alert, AlertGroup, AlertNote, IncidentService
from storage.record import FEW
from storage.tables import Incident
from storage.teams import EVERY_TEAM, Teams
from storage.vocabulary import IncidentStatus

HEARD_AGAIN_AFTER = timedelta(days=1)
"""An alert that goes on firing is noted as heard of once a day."""


async def take(session: AsyncSession, team_id: str) -> None:
    """Lock the alerts of a workspace: what is read of them stays true until the transaction ends."""
    await advisory_lock(session, f"alerts:{team_id}")


async def known(
    session: AsyncSession, team_id: str, source: str, alert_ids: Collection[str]
) -> dict[str, Alert]:
    """Those of the alerts that were told before, by their sender's ids."""
    found: dict[str, Alert] = {}
    wanted = sorted(alert_ids)
    for start in range(0, len(wanted), FEW):
        rows = await session.exec(
            select(Alert).where(
                Alert.team_id == team_id,
                Alert.source == source,
                col(Alert.alert_id).in_(wanted[start : start + FEW]),
            )
        )
        found.update((one.alert_id, one) for one in rows)
    return found


async def noted(session: AsyncSession, team_id: str, source: str, note_ids: Collection[str]) -> set[str]:
    """Those of the notes that stand on a timeline, by their sender's ids."""
    found: set[str] = set()
    wanted = sorted(note_ids)
    for start in range(0, len(wanted), FEW):
        rows = await session.exec(
            select(AlertNote.note_id).where(
                AlertNote.team_id == team_id,
                AlertNote.source == source,
                col(AlertNote.note_id).in_(wanted[start : start + FEW]),
            )
        )
        found.update(rows)
    return found


async def count_notes(session: AsyncSession, incident_id: int) -> int:
    """How many notes of tools stand on the timeline of an incident."""
    found = await session.exec(
        select(func.count()).select_from(AlertNote).where(AlertNote.incident_id == incident_id)
    )
    return found.one()


async def acknowledged_at(session: AsyncSession, incident_id: int) -> datetime | None:
    """When an alert that feeds an incident was first acknowledged in its sender's tool."""
    found = await session.exec(
        select(func.min(AlertNote.acknowledged_at)).where(AlertNote.incident_id == incident_id)
    )
    return found.first()


async def group(session: AsyncSession, team_id: str, source: str, group_key: str) -> AlertGroup | None:
    """The newest row of a group."""
    found = await session.exec(
        select(AlertGroup)
        .where(AlertGroup.team_id == team_id, AlertGroup.source == source, AlertGroup.group_key == group_key)
        .order_by(col(AlertGroup.id).desc())
        .limit(1)
    )
    return found.first()


async def groups_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, AlertGroup]:
    """These groups, by their keys."""
    found = await session.exec(select(AlertGroup).where(col(AlertGroup.id).in_(sorted(ids))))
    return {one.pk: one for one in found}


async def of_incident(session: AsyncSession, incident_id: int) -> Sequence[AlertGroup]:
    """The groups that feed an incident, the earliest first."""
    found = await session.exec(
        select(AlertGroup).where(AlertGroup.incident_id == incident_id).order_by(col(AlertGroup.id))
    )
    return found.all()


async def newest_fed(
    session: AsyncSession, team_id: str, source: str, *, declared_by: str
) -> Incident | None:
    """The incident that was declared last by an alert of this source, if it is open."""
    found = await session.exec(
        select(Incident)
        .where(
            Incident.team_id == team_id,
            Incident.status == IncidentStatus.OPEN,
            Incident.declared_by == declared_by,
            exists().where(
                and_(col(AlertGroup.incident_id) == Incident.id, col(AlertGroup.source) == source)
            ),
        )
        .order_by(col(Incident.id).desc())
        .limit(1)
    )
    return found.first()


async def concern(session: AsyncSession, incident_id: int, services: Collection[str]) -> None:
    """Note that an incident is about these services, besides those that it is known to be about."""
    new = set(services) - await services_of(session, incident_id)
    session.add_all(IncidentService(incident_id=incident_id, service=one) for one in sorted(new))


async def services_of(session: AsyncSession, incident_id: int) -> frozenset[str]:
    """The services that an incident is about, as its alerts say: plain text in lower case."""
    found = await session.exec(
        select(IncidentService.service).where(IncidentService.incident_id == incident_id)
    )
    return frozenset(found)


async def open_about(session: AsyncSession, team_id: str, service: str) -> Incident | None:
    """The open incident of a service, the one declared last of several; nobody practises in it."""
    found = await session.exec(
        select(Incident)
        .join(IncidentService, col(IncidentService.incident_id) == Incident.id)
        .where(IncidentService.service == service, *_is_open(team_id))
        .order_by(col(Incident.id).desc())
        .limit(1)
    )
    return found.first()


async def open_at(session: AsyncSession, team_id: str, channel: str) -> Incident | None:
    """The open incident of a channel, by its name or id; nobody practises in it."""
    found = await session.exec(
        select(Incident)
        .where(or_(col(Incident.channel_id) == channel, col(Incident.channel_name) == channel))
        .where(*_is_open(team_id))
        .order_by(col(Incident.id).desc())
        .limit(1)
    )
    return found.first()


def _is_open(team_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Incident.team_id) == team_id,
        col(Incident.status) == IncidentStatus.OPEN,
        col(Incident.is_drill).is_(False),
    )


async def lines_of(session: AsyncSession, incident_id: int, source: str) -> int:
    """How many groups of a source feed an incident, each with lines of its own."""
    found = await session.exec(
        select(func.count()).where(AlertGroup.incident_id == incident_id, AlertGroup.source == source)
    )
    return found.one()


async def feed(session: AsyncSession, fed: AlertGroup, incident_id: int) -> None:
    """From now on the group, with what was remembered of it, feeds this incident."""
    fed.incident_id = incident_id
    session.add(fed)
    await session.exec(update(Alert).where(col(Alert.group_id) == fed.pk).values(incident_id=incident_id))


async def earliest(session: AsyncSession, group_id: int) -> datetime | None:
    """When the first of those alerts of a group began that still fire."""
    found = await session.exec(
        select(func.min(Alert.started_at)).where(Alert.group_id == group_id, col(Alert.is_firing).is_(True))
    )
    return found.first()


async def forget(session: AsyncSession, before: datetime, *, of: Teams = EVERY_TEAM) -> None:
    """Delete the alerts of these workspaces that feed no incident and were last told of before then, and
    groups without any.
    """
    await session.exec(
        delete(Alert).where(
            col(Alert.incident_id).is_(None), col(Alert.heard_at) < before, of.hold(Alert.team_id)
        )
    )
    has_alerts = exists().where(col(Alert.group_id) == AlertGroup.id)
    await session.exec(
        delete(AlertGroup).where(
            col(AlertGroup.incident_id).is_(None),
            col(AlertGroup.heard_at) < before,
            of.hold(AlertGroup.team_id),
            ~has_alerts,
        )
    )
