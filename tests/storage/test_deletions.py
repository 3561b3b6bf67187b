"""What was deleted of an incident's messages is counted by an index, whatever is stored of other channels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import channels, deletions, readings
from storage.database import Database
from storage.tables import Incident, Mark, Message, MovedMessage
from tests.storage.conftest import CHANNEL, TEAM, incident

ELSEWHERE, NOWHERE = "C2", "C3"
BEFORE, SAID, DELETED, LATER = (
    "1694339900.000100",
    "1694340000.000100",
    "1694340100.000100",
    "1694340200.000100",
)


def message(ts: str, channel_id: str = CHANNEL, *, deleted_ts: str | None = None) -> Message:
    return Message(team_id=TEAM, channel_id=channel_id, ts=ts, version_ts=ts, deleted_ts=deleted_ts)


def mark(ts: str, incident_id: int, channel_id: str = CHANNEL) -> Mark:
    return Mark(
        team_id=TEAM,
        channel_id=channel_id,
        ts=ts,
        user_id="U1",
        emoji="pushpin",
        section="timeline",
        incident_id=incident_id,
        is_set=True,
        changed_ts=ts,
    )


async def kept(database: Database) -> Incident:
    """A marked message of its channel and one of another were deleted, and one of a channel it has not."""
    async with database.write() as session:
        session.add(opened := incident())
        await session.flush()
        for channel_id, at in ((CHANNEL, DELETED), (ELSEWHERE, LATER), (NOWHERE, LATER)):
            session.add(message(SAID, channel_id, deleted_ts=at))
            if channel_id != NOWHERE:
                session.add(mark(SAID, opened.pk, channel_id))
    return opened


Asked = Callable[[AsyncSession, Incident], Awaitable[object]]
ASKED: dict[str, Asked] = {
    "deleted since": lambda session, about: deletions.deleted_since(session, about, SAID, compiled_ts=LATER),
    "deleted between": lambda session, about: deletions.deleted_between(
        session, about, after=SAID, until=LATER
    ),
    "concerned": channels.concerned,
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
async def test_it_is_looked_up_by_the_index_of_its_channels(sqlite: Database, ask: Asked) -> None:
    opened = await kept(sqlite)
    asked: list[tuple[str, Any]] = []

    def plans(connection: Connection) -> list[str]:
        found = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in asked]
        return [row[3] for plan in found for row in plan]

    async with sqlite.read() as session:
        connection = await session.connection()

        @event.listens_for(connection.sync_connection, "before_cursor_execute")
        def note(_: object, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
            asked.append((statement, parameters))

        await ask(session, opened)
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        found = await connection.run_sync(plans)

    assert [plan for plan in found if plan.startswith("SCAN")] == []
    assert [plan for plan in found if plan.startswith("SEARCH message ") and "channel_id=?" not in plan] == []
    assert len(found) > 3


async def test_what_was_deleted_of_the_record_is_counted_in_every_channel(database: Database) -> None:
    opened = await kept(database)

    async with database.read() as session:
        assert await deletions.deleted_since(session, opened, SAID, compiled_ts=LATER) == (2, LATER)
        assert await deletions.deleted_since(session, opened, DELETED, compiled_ts=LATER) == (1, LATER)
        assert await deletions.deleted_since(session, opened, LATER, compiled_ts=LATER) == (0, None)
        assert await deletions.deleted_since(session, opened, SAID, compiled_ts=BEFORE) == (0, None)


async def test_of_what_was_deleted_between_two_moments_what_nobody_marked_counts_too(
    database: Database,
) -> None:
    opened = await kept(database)
    async with database.write() as session:
        session.add(message("1694340050.000100", deleted_ts=DELETED))

    async with database.read() as session:
        assert await deletions.deleted_between(session, opened, after=SAID, until=DELETED) == (2, DELETED)
        assert await deletions.deleted_between(session, opened, after=SAID, until=None) == (3, LATER)
        assert await deletions.deleted_between(session, opened, after=LATER, until=None) == (0, None)


async def test_of_what_went_on_to_another_incident_the_former_is_told_as_well(database: Database) -> None:
    taken_over = await kept(database)
    async with database.write() as session:
        session.add(former := incident(2, channel_id="C8"))
        session.add(incident(3, channel_id="C9"))
        await session.flush()
        moved = MovedMessage(
            team_id=TEAM, channel_id=ELSEWHERE, ts=SAID, incident_id=former.pk, moved_ts=DELETED
        )
        session.add(moved)

    async with database.read() as session:
        assert [one.pk for one in await channels.concerned(session, taken_over)] == [taken_over.pk, former.pk]
        assert [one.pk for one in await channels.concerned(session, former)] == [former.pk]
        assert await deletions.deleted_since(session, former, SAID, compiled_ts=SAID) == (1, LATER)
        assert await deletions.deleted_since(session, former, SAID, compiled_ts=LATER) == (0, None)
        assert [one.ts for one in await readings.quotable(session, former, {SAID})] == [SAID]
