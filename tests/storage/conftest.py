"""A database of its own for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import Database
from storage.tables import Incident

TEAM, CHANNEL = "T1", "C1"
NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)


def incident(number: int = 1, *, channel_id: str = CHANNEL, declared_at: datetime = NOON) -> Incident:
    """An open incident, with everything the table asks for."""
    return Incident(
        team_id=TEAM,
        number=number,
        title="Checkout is down",
        status="open",
        channel_id=channel_id,
        channel_name="ops",
        is_own_channel=False,
        declared_by="U1",
        declared_at=declared_at,
    )


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    """Where `sqlite_url` is."""
    return tmp_path / "scribe.db"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database of each kind."""
    async with opened(database_url) as database:
        yield database


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """Where a test is about SQLite, or looks into its file."""
    async with opened(sqlite_url) as database:
        yield database
