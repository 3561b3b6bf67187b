"""Who people and workspaces are, as Slack said it last."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Person, Workspace


async def find(session: AsyncSession, team_id: str, user_ids: Collection[str]) -> dict[str, Person]:
    found = await session.exec(
        select(Person).where(Person.team_id == team_id, col(Person.user_id).in_(sorted(user_ids)))
    )
    return {person.user_id: person for person in found}


async def keep(session: AsyncSession, person: Person) -> None:
    await session.merge(person)


async def workspace(session: AsyncSession, team_id: str) -> Workspace | None:
    return await session.get(Workspace, team_id)


async def keep_workspace(session: AsyncSession, workspace: Workspace) -> None:
    """Keep what Slack says of the workspace; when Scribe last heard it is not Slack's to say."""
    known = await session.get(Workspace, workspace.team_id)
    workspace.heard_at = known.heard_at if known else None
    await session.merge(workspace)
