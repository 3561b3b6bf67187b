"""The recorder's statements as text keep and find every value as SQLAlchemy's own do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlmodel import col, select

from storage.database import Database
from storage.record import EVENTS, MARKS, MESSAGES, load_state
from storage.record_rows import EventRow, MarkRow, MessageRow
from storage.record_sql import MOST_AT_ONCE, upsert_rows
from storage.tables import Mark, Message, TimelineEvent
from storage.vocabulary import EventKind, EventSource, MarkSection
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident

WORDS = 'It\'s "over" \\ 100% of ? and %s, :name; 🚒 é \u2028 {}'
IN_BERLIN = datetime(2023, 9, 10, 14, 5, 6, 789, tzinfo=timezone(timedelta(hours=2)))


def message(ts: str, text: str = WORDS) -> MessageRow:
    return MessageRow(
        team_id=TEAM,
        channel_id=CHANNEL,
        ts=ts,
        thread_ts=None,
        user_id="U1",
        bot_name=None,
        text=text,
        files=[{"id": "F1", "size": 10**12}],
        payload={"text": text, "is": True, "none": None, "deep": [{"a": [1.5, "b"]}]},
        version_ts=ts,
        edited_by=None,
        deleted_ts=None,
        is_known=True,
        is_confirmed=False,
        is_recovered=True,
        is_version_approximate=False,
    )


def mark(ts: str) -> MarkRow:
    return MarkRow(
        team_id=TEAM,
        channel_id=CHANNEL,
        ts=ts,
        user_id="U1",
        emoji="pushpin",
        section=MarkSection.TIMELINE,
        incident_id=1,
        is_set=False,
        changed_ts=ts,
    )


def event(ts: str, number: int) -> EventRow:
    return EventRow(
        incident_id=1,
        team_id=TEAM,
        number=number,
        kind=EventKind.ALERT,
        source=EventSource.MARK,
        channel_id=CHANNEL,
        message_ts=ts,
        occurred_at=IN_BERLIN,
        occurred_until=None,
        is_approximate=False,
        recorded_at=NOON,
        text=None,
        author_id=None,
        added_by="U1",
        is_explicit=False,
        removed_at=IN_BERLIN,
    )


async def test_what_is_written_is_what_others_and_the_next_batch_read(database: Database) -> None:
    async with database.write() as session:
        session.add(incident())
    async with database.write() as session:
        connection = await session.connection()
        await connection.run_sync(upsert_rows, MESSAGES, [message("1.1")])
        await connection.run_sync(upsert_rows, MARKS, [mark("1.1")])
        await connection.run_sync(upsert_rows, EVENTS, [event("1.1", 7)])

    async with database.read() as session:
        by_others = (await session.exec(select(Message))).one().model_dump(exclude={"id"})
        marked = (await session.exec(select(Mark))).one().model_dump(exclude={"id"})
        listed = (await session.exec(select(TimelineEvent))).one().model_dump(exclude={"id"})
        connection = await session.connection()
        state = await connection.run_sync(load_state, [(TEAM, CHANNEL, "1.1"), (TEAM, "C9", "1.1")])

    key = (TEAM, CHANNEL, "1.1")
    assert by_others == state.messages[key] == message("1.1")
    assert marked == state.marks[key][("U1", "pushpin")] == mark("1.1")
    assert listed == state.events[key] == event("1.1", 7)
    read = state.events[key]
    assert isinstance(read["kind"], EventKind)
    assert isinstance(read["source"], EventSource)
    assert read["removed_at"] is not None
    assert read["removed_at"].tzinfo is UTC
    assert state.messages[key]["is_known"] is True
    assert state.last_number == {1: 7}
    assert state.incidents.keys() == {(TEAM, CHANNEL)}


@pytest.mark.parametrize("count", [0, 1, 7, MOST_AT_ONCE + 3])
async def test_as_many_rows_as_there_are_and_none_twice(database: Database, count: int) -> None:
    keys = [f"{number}.1" for number in range(count)]
    for text in ("first", "second"):
        async with database.write() as session:
            connection = await session.connection()
            await connection.run_sync(upsert_rows, MESSAGES, [message(ts, text) for ts in keys])

    async with database.read() as session:
        found = await session.exec(select(Message.ts, Message.text).order_by(col(Message.id)))
    assert list(found) == [(ts, "second") for ts in keys]


async def test_what_a_row_keeps_is_kept(database: Database) -> None:
    async with database.write() as session:
        session.add(incident())
        connection = await session.connection()
        await session.flush()
        await connection.run_sync(upsert_rows, MESSAGES, [{**message("1.1"), "is_confirmed": True}])
        await connection.run_sync(upsert_rows, MESSAGES, [message("1.1", "edited")])
        await connection.run_sync(upsert_rows, EVENTS, [event("1.1", 1)])
        await connection.run_sync(upsert_rows, EVENTS, [{**event("1.1", 2), "removed_at": None}])

    async with database.read() as session:
        stored = (await session.exec(select(Message))).one()
        listed = (await session.exec(select(TimelineEvent))).one()
    assert (stored.text, stored.is_confirmed) == ("edited", True)
    assert (listed.number, listed.removed_at) == (1, None)


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    async with database.write() as session:
        session.add(incident())
        await session.flush()
        connection = await session.connection()
        naive = {**event("1.1", 1), "occurred_at": datetime(2023, 9, 10)}  # noqa: DTZ001  (what is refused)
        with pytest.raises(ValueError, match="without a zone"):
            await connection.run_sync(upsert_rows, EVENTS, [naive])
