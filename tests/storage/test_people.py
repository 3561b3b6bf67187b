"""Two replicas that meet the same workspace and the same people at once keep each once."""

from __future__ import annotations

import asyncio

from sqlmodel import select

from storage import people
from storage.database import Database
from storage.tables import Person, Workspace
from tests.storage.conftest import NOON, TEAM, opened


async def meet(database: Database) -> None:
    async with database.write() as session:
        workspace = Workspace(team_id=TEAM, name="Acme", url="https://x/", bot_user_id="UB", bot_id="BB")
        await people.keep_workspace(session, workspace)
        await people.keep(session, Person(team_id=TEAM, user_id="U1", name="Ana", learned_at=NOON))
        await asyncio.sleep(0.01)


async def test_two_that_start_together_keep_one_row_each(database: Database, database_url: str) -> None:
    async with opened(database_url) as other:
        for _ in range(5):
            await asyncio.gather(meet(database), meet(other), meet(database), meet(other))

    async with database.read() as session:
        assert len((await session.exec(select(Workspace))).all()) == 1
        assert [person.name for person in (await session.exec(select(Person))).all()] == ["Ana"]


async def test_what_changed_replaces_what_was_known(database: Database) -> None:
    await meet(database)
    async with database.write() as session:
        await people.keep(session, Person(team_id=TEAM, user_id="U1", name="Ana F.", learned_at=NOON))

    async with database.read() as session:
        found = await people.find(session, TEAM, ["U1"])
    assert found["U1"].name == "Ana F."
