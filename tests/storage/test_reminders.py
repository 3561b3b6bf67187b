"""Reminders are taken once, by whoever looks first; what failed is taken again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from storage import reminders
from storage.database import Database
from storage.postmortem_tables import Reminder
from tests.storage.conftest import NOON, incident


async def due_on_the_hour(database: Database, count: int) -> None:
    """So many reminders, an hour apart from noon on."""
    async with database.write() as session:
        made = incident()
        session.add(made)
        await session.flush()
        for hour in range(count):
            await reminders.remind_at(
                session,
                key=f"task:1:{hour}",
                kind="task",
                incident_id=made.id or 0,
                due_at=NOON + timedelta(hours=hour),
                subject={"number": hour},
            )


async def taken(database: Database, hours: int, *, limit: int = 100) -> list[str]:
    async with database.write() as session:
        return [
            one.key for one in await reminders.take_due(session, NOON + timedelta(hours=hours), limit=limit)
        ]


async def test_what_is_due_is_taken_once_and_oldest_first(database: Database) -> None:
    await due_on_the_hour(database, 4)

    assert await taken(database, -1) == []
    assert await taken(database, 2, limit=2) == ["task:1:0", "task:1:1"]
    assert await taken(database, 2) == ["task:1:2"]
    assert await taken(database, 2) == []


async def test_however_many_look_at_once_each_is_taken_by_one(database: Database) -> None:
    await due_on_the_hour(database, 20)

    found = await asyncio.gather(*(taken(database, 30, limit=7) for _ in range(5)))

    assert sorted(key for some in found for key in some) == sorted(f"task:1:{hour}" for hour in range(20))


async def test_what_was_taken_in_a_transaction_that_failed_is_still_due(database: Database) -> None:
    await due_on_the_hour(database, 1)

    with pytest.raises(RuntimeError):
        async with database.write() as session:
            assert len(await reminders.take_due(session, NOON, limit=1)) == 1
            raise RuntimeError

    assert await taken(database, 0) == ["task:1:0"]


async def test_one_that_was_taken_is_due_again_when_it_is_set_again(database: Database) -> None:
    await due_on_the_hour(database, 1)
    await taken(database, 0)
    async with database.write() as session:
        (row,) = await session.exec(select(Reminder))
        await reminders.remind_at(
            session,
            key=row.key,
            kind=row.kind,
            incident_id=row.incident_id,
            due_at=NOON + timedelta(days=7),
            subject=row.subject,
        )

    assert await taken(database, 24) == []
    assert await taken(database, 7 * 24) == ["task:1:0"]
    async with database.write() as session:
        await reminders.forget(session, "task:1:0")
    assert await taken(database, 99 * 24) == []
