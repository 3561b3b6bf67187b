"""Who people and workspaces are, as Slack said it last."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Table
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.tables import Person, Workspace
from storage.upsert import upsert

PERSON = table_of(Person)
WORKSPACE = table_of(Workspace)


async def find(session: AsyncSession, team_id: str, user_ids: Collection[str]) -> dict[str, Person]:
    found = await session.exec(
        select(Person).where(Person.team_id == team_id, col(Person.user_id).in_(sorted(user_ids)))
    )
    return {person.user_id: person for person in found}


async def keep(session: AsyncSession, person: Person) -> None:
    """Keep a person, also when another replica does so at the same moment."""
    await _keep(session, PERSON, ["team_id", "user_id"], person)


async def workspace(session: AsyncSession, team_id: str) -> Workspace | None:
    return await session.get(Workspace, team_id)


async def workspaces(session: AsyncSession) -> list[Workspace]:
    """Every workspace this database has met."""
    return list(await session.exec(select(Workspace).order_by(col(Workspace.team_id))))


async def keep_workspace(session: AsyncSession, workspace: Workspace) -> None:
    """Keep what Slack says of the workspace; `heard_at`, which Slack does not know, stays as it is."""
    await _keep(session, WORKSPACE, ["team_id"], workspace, kept=frozenset({"heard_at"}))


async def _keep(
    session: AsyncSession,
    table: Table,
    keys: list[str],
    row: SQLModel,
    kept: frozenset[str] = frozenset(),
) -> None:
    connection = await session.connection()
    await connection.execute(upsert(connection.dialect, table, keys=keys, kept=kept), row.model_dump())
