"""The messages to suggest from: what they gathered, who marked them, in one query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import said_at
from storage import gathered
from storage.database import Database
from storage.participation import Stretch
from storage.tables import Mark, TimelineEvent
from storage.vocabulary import EventKind, EventSource, MarkSection
from tests.storage.conftest import CHANNEL, TEAM, incident
from tests.storage.test_participation import keep, message, ts

EVER = Stretch(TEAM, CHANNEL, since_ts=ts(0), until_ts=None)


def mark(second: int, *, is_set: bool = True) -> Mark:
    return Mark(
        team_id=TEAM,
        channel_id=CHANNEL,
        ts=ts(second),
        user_id="U1",
        emoji="bulb",
        section=MarkSection.LESSON,
        incident_id=1,
        is_set=is_set,
        changed_ts=ts(second),
    )


def on_timeline(second: int) -> TimelineEvent:
    return TimelineEvent(
        incident_id=1,
        team_id=TEAM,
        number=second,
        kind=EventKind.MESSAGE,
        source=EventSource.MARK,
        channel_id=CHANNEL,
        message_ts=ts(second),
        occurred_at=said_at(ts(second)),
        recorded_at=said_at(ts(second)),
        added_by="U1",
    )


async def test_each_message_comes_with_the_replies_and_reactions_that_are_known(database: Database) -> None:
    reactions = [{"name": "eyes", "count": 3, "users": ["U1"]}]
    await keep(
        database,
        message(10, "Rolled back", thread_ts=ts(10), payload={"reactions": reactions}),
        message(20, "how?", thread_ts=ts(10)),
        message(30, "so", thread_ts=ts(10)),
        message(40, "gone", thread_ts=ts(10), deleted_ts=ts(41)),
        message(50, "another", files=[{"mimetype": "image/png"}]),
        message(60, "not read yet", is_known=False),
    )

    async with database.read() as session:
        found = await gathered.unmarked(session, EVER, limit=9)

    assert [(one.text, one.replies, one.reactions) for one in reversed(found)] == [
        ("Rolled back", 2, reactions),
        ("how?", 0, None),
        ("so", 0, None),
        ("another", 0, None),
    ]
    assert found[0].files == [{"mimetype": "image/png"}]


async def test_what_was_ever_marked_is_left_out_but_what_apps_said(database: Database) -> None:
    await keep(database, incident())
    await keep(
        database,
        message(10, "marked"),
        mark(10),
        message(20, "marked once"),
        mark(20, is_set=False),
        message(30, "on the timeline"),
        on_timeline(30),
        message(40, "an alert", by=None, bot_name="Grafana"),
        on_timeline(40),
        message(50, "nothing"),
    )

    async with database.read() as session:
        found = await gathered.unmarked(session, EVER, limit=9)

    assert [(one.text, one.is_marked) for one in found] == [("nothing", False), ("an alert", True)]


async def test_of_too_many_the_newest_are_read(database: Database) -> None:
    await keep(database, *(message(second) for second in range(1, 9)))

    async with database.read() as session:
        found = await gathered.unmarked(session, EVER, limit=3)

    assert [one.ts for one in found] == [ts(8), ts(7), ts(6)]


async def test_what_somebody_said_first_from_a_moment_on(database: Database) -> None:
    await keep(
        database, message(10), message(20, by="U2"), message(30), message(40, by="U2"), message(50, by="U3")
    )

    async with database.read() as session:
        found = await gathered.first_words(
            session, EVER, [("U1", ts(15)), ("U2", ts(0)), ("U2", ts(25)), ("U4", ts(0))]
        )
        nobody = await gathered.first_words(session, EVER, [])

    assert found == {ts(20), ts(30), ts(40)}
    assert nobody == frozenset()


async def test_a_message_is_looked_up_by_an_index_however_much_is_stored(sqlite: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def plans(connection: Connection) -> list[str]:
        found = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in asked]
        return [row[3] for plan in found for row in plan]

    async with sqlite.read() as session:
        connection = await session.connection()

        @event.listens_for(connection.sync_connection, "before_cursor_execute")
        def note(_: object, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
            asked.append((statement, parameters))

        await _ask(session)
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        found = await connection.run_sync(plans)

    assert len(asked) == 1
    assert [plan for plan in found if plan.startswith("SCAN") and "message" in plan] == []


async def _ask(session: AsyncSession) -> None:
    await gathered.unmarked(session, EVER, limit=9)
