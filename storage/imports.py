"""What was brought in from other tools: looked up, so that no import brings anything twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock, incident_of, record_of
from storage.columns import table_of
from storage.import_tables import ImportedIncident, ImportedPart
from storage.tables import Incident, Person
from storage.upsert import insert_for
from storage.vocabulary import Origin

PERSONS = table_of(Person)


@dataclass(frozen=True)
class Standing:
    """An incident that was imported before, with the number of each part, by the part's key."""

    incident: Incident
    parts: Mapping[str, int]


async def take(session: AsyncSession, team_id: str) -> None:
    """Have no other import work on this workspace until the transaction ends."""
    await advisory_lock(session, f"import:{team_id}")


async def take_incidents(session: AsyncSession, team_id: str, incident_ids: Collection[int]) -> None:
    """Lock the timelines and what people decide of imported incidents, which have no channel."""
    for what in sorted(map(incident_of, incident_ids)):
        await advisory_lock(session, what)
    if incident_ids:
        await advisory_lock(session, record_of(team_id, None))


async def standing(
    session: AsyncSession, team_id: str, origin: Origin, original_ids: Collection[str]
) -> dict[str, Standing]:
    """Those of these that were imported before, by their tool's id."""
    found = list(
        await session.exec(
            select(ImportedIncident.original_id, Incident)
            .join(Incident, col(Incident.id) == col(ImportedIncident.incident_id))
            .where(
                ImportedIncident.team_id == team_id,
                ImportedIncident.origin == origin,
                col(ImportedIncident.original_id).in_(original_ids),
            )
            .execution_options(populate_existing=True)
        )
    )
    parts: dict[int, dict[str, int]] = defaultdict(dict)
    ids = [incident.pk for _, incident in found]
    for part in await session.exec(select(ImportedPart).where(col(ImportedPart.incident_id).in_(ids))):
        parts[part.incident_id][part.key] = part.number
    return {original_id: Standing(incident, parts[incident.pk]) for original_id, incident in found}


async def of_incident(session: AsyncSession, incident_id: int) -> ImportedIncident | None:
    """Where the incident was before, if it is from another tool."""
    return await session.get(ImportedIncident, incident_id)


async def keep_names(session: AsyncSession, persons: Collection[Person]) -> None:
    """Store people who are not stored yet; who is stays as they are."""
    if persons:
        connection = await session.connection()
        statement = insert_for(connection.dialect, PERSONS).on_conflict_do_nothing(
            index_elements=["team_id", "user_id"]
        )
        await connection.execute(statement, [person.model_dump() for person in persons])
