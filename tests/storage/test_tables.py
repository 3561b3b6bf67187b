"""The keys of rows, and columns that hold the words of an enum."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.tables import Absence, TimelineEvent
from storage.vocabulary import EventKind, EventSource
from tests.storage.conftest import NOON, TEAM, incident


def test_a_row_has_the_key_that_the_database_gave() -> None:
    assert Absence(id=3).pk == 3


def test_a_row_that_was_never_written_yields_no_key_at_all() -> None:
    with pytest.raises(RuntimeError, match="Absence has no key"):
        _ = Absence().pk


async def with_event(database: Database, kind: str) -> None:
    async with database.write() as session:
        session.add(around := incident())
        await session.flush()
        event = TimelineEvent(
            incident_id=around.pk,
            team_id=TEAM,
            number=1,
            kind=kind,
            source=EventSource.COMMAND,
            occurred_at=NOON,
            recorded_at=NOON,
            added_by="U1",
        )
        session.add(event)


async def test_a_word_is_kept_as_text_and_read_as_a_member_of_its_enum(database: Database) -> None:
    await with_event(database, EventKind.DEPLOY)

    async with database.read() as session:
        event = await session.get(TimelineEvent, 1)
        text = await (await session.connection()).exec_driver_sql("SELECT kind FROM timeline_event")
        assert event is not None and event.kind is EventKind.DEPLOY
        assert text.scalar_one() == "deploy"


async def test_a_word_that_its_enum_lacks_is_not_written(database: Database) -> None:
    with pytest.raises(StatementError, match="'deployed' is not a valid EventKind"):
        await with_event(database, "deployed")


async def test_a_word_that_its_enum_lacks_is_not_read_either(database: Database) -> None:
    await with_event(database, EventKind.DEPLOY)
    async with database.write() as session:
        await session.exec(sa.text("UPDATE timeline_event SET kind = 'deployed'"))

    async with database.read() as session:
        with pytest.raises(ValueError, match="'deployed' is not a valid EventKind"):
            await session.get(TimelineEvent, 1)
