"""Small writes that share a transaction: what fails alone, and what fails with the database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DatabaseError
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.tables import Delivery
from storage.write_coalescer import Work, WriteCoalescer
from tests.storage.conftest import NOON


def delivered(key: str) -> Work:
    async def work(session: AsyncSession) -> None:
        session.add(Delivery(key=key, handled_at=NOON))

    return work


async def broken(session: AsyncSession) -> None:
    raise ValueError("this one alone")


async def test_what_fails_for_its_own_reason_fails_alone(sqlite: Database) -> None:
    results = await asyncio.gather(
        *(sqlite.coalescer.write(work) for work in (delivered("1"), broken, delivered("2"))),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [type(None), ValueError, type(None)]
    async with sqlite.read() as session:
        assert await session.get(Delivery, "1")
        assert await session.get(Delivery, "2")


async def test_a_database_that_is_away_fails_all_of_a_batch_in_one_try(sqlite: Database) -> None:
    begun: list[int] = []

    @asynccontextmanager
    async def begin() -> AsyncIterator[AsyncSession]:
        begun.append(1)
        if len(begun) == 2:
            raise DatabaseError("BEGIN", {}, sqlite3.DatabaseError("database disk image is malformed"))
        async with sqlite.write() as session:
            yield session

    coalescer = WriteCoalescer(begin, has_one_writer=True)
    results = await asyncio.gather(
        *(coalescer.write(delivered(str(n))) for n in range(5)), return_exceptions=True
    )

    assert [type(result) for result in results] == [type(None), *[DatabaseError] * 4]
    assert len(begun) == 2
