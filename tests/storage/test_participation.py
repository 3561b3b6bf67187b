"""Who took part, how much was said, how long it was quiet: counted by the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import participation
from storage.database import Database
from storage.participation import Pause, Speaker, Stretch
from storage.tables import Arrival, Mark, Message
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident

EVER = Stretch(TEAM, CHANNEL, since_ts="1694350000.000000", until_ts=None)


def ts(second: int, micros: int = 100) -> str:
    return f"{1694350000 + second}.{micros:06d}"


def message(second: int, text: str = "Looking.", *, by: str | None = "U1", **more: Any) -> Message:
    said = {"team_id": TEAM, "channel_id": CHANNEL, "ts": ts(second), **more}
    return Message(text=text, user_id=by, version_ts=ts(second), **said)


async def keep(database: Database, *rows: object) -> None:
    async with database.write() as session:
        session.add_all(rows)


async def test_who_spoke_how_often_in_the_order_of_their_first_word(database: Database) -> None:
    await keep(
        database,
        message(10, by="U2"),
        message(20, by=None, bot_name="Grafana"),
        message(30, by="U1"),
        message(40, by="U2"),
    )

    async with database.read() as session:
        found = await participation.speakers(session, EVER)

    assert found == [
        Speaker("U2", None, 2, ts(10)),
        Speaker(None, "Grafana", 1, ts(20)),
        Speaker("U1", None, 1, ts(30)),
    ]


async def test_a_stretch_holds_its_channel_and_its_time_and_nothing_scribe_has_not_read(
    database: Database,
) -> None:
    await keep(
        database,
        message(9),
        message(10),
        message(20, deleted_ts=ts(25)),
        message(21, "", is_known=False),
        message(22, channel_id="C2"),
        message(23, team_id="T2"),
        message(30),
    )

    async with database.read() as session:
        found = await participation.counts(session, Stretch(TEAM, CHANNEL, ts(10), ts(30)))

    assert found == (2, 1)


async def test_the_longest_silence_is_told_by_the_messages_around_it(database: Database) -> None:
    await keep(database, *(message(second) for second in (0, 300, 301, 1000, 1400)))

    async with database.read() as session:
        found = await participation.longest_silence(session, EVER)

    assert found == Pause(ts(301), None, ts(1000))


async def test_of_two_equal_silences_the_earlier_is_told_with_its_thread(database: Database) -> None:
    await keep(database, message(0), message(60, thread_ts=ts(0)), message(460), message(860))

    async with database.read() as session:
        found = await participation.longest_silence(session, EVER)

    assert found == Pause(ts(60), ts(0), ts(460))


@pytest.mark.parametrize("seconds", [(), (5,)])
async def test_fewer_than_two_messages_hold_no_silence(database: Database, seconds: tuple[int, ...]) -> None:
    await keep(database, *(message(second) for second in seconds))

    async with database.read() as session:
        assert await participation.longest_silence(session, EVER) is None


async def test_links_and_files_are_found_unless_their_message_was_deleted(database: Database) -> None:
    chart = {"id": "F1", "title": "p99.png"}
    await keep(
        database,
        message(1, "see <https://status.example|status>"),
        message(2, "see <https://gone.example>", deleted_ts=ts(3)),
        message(4, "http without a link"),
        message(5, files=[chart]),
        message(6, files=[chart], deleted_ts=ts(7)),
    )

    async with database.read() as session:
        links = await participation.with_links(session, EVER)
        files = await participation.with_files(session, EVER)

    assert links == [(ts(1), "see <https://status.example|status>")]
    assert [(spoken.ts, list(shared)) for spoken, shared in files] == [(ts(5), [chart])]


async def test_a_few_messages_are_found_by_their_ts(database: Database) -> None:
    await keep(database, *(message(second, f"said {second}") for second in (1, 2, 3)))

    async with database.read() as session:
        found = await participation.said_then(session, EVER, {ts(3), ts(1), ts(9)})
        none = await participation.said_then(session, EVER, set())

    assert [spoken.text for spoken in found] == ["said 1", "said 3"]
    assert none == []


async def test_of_many_alerts_the_first_are_read_and_all_are_counted(database: Database) -> None:
    await keep(database, message(0), *(message(n, f"alert {n}", bot_name="Grafana") for n in range(1, 6)))

    async with database.read() as session:
        found, of_all = await participation.of_bots(session, EVER, limit=2)

    assert [spoken.text for spoken in found] == ["alert 1", "alert 2"]
    assert of_all == 5


async def test_words_are_looked_for_in_what_bots_say_whatever_their_case(database: Database) -> None:
    await keep(
        database,
        message(1, "Deploying v2", bot_name="CI"),
        message(2, "All green", bot_name="CI"),
        message(3, "deploying v3"),
        message(4, "100% done", bot_name="CI"),
    )

    async with database.read() as session:
        found = await participation.of_bots_with(session, EVER, ["deploy", "0%_d"])

    assert [spoken.ts for spoken in found] == [ts(1)]


async def test_the_first_answer_of_a_person_after_each_moment(database: Database) -> None:
    await keep(
        database,
        message(1, "alert", by=None, bot_name="Grafana"),
        message(2, "alert", by="B1", bot_name="Grafana"),
        message(3, "on it"),
        message(4, "still on it"),
        message(9, "fixed", by="U2"),
    )

    async with database.read() as session:
        found = await participation.answers(session, EVER, [ts(1), ts(2), ts(4), ts(9), ts(10)])

    assert [spoken.text for spoken in found] == ["on it", "fixed"]


async def test_replies_are_known_by_their_thread(database: Database) -> None:
    await keep(
        database, message(1), message(2, thread_ts=ts(1)), message(3, thread_ts=ts(1), channel_id="C2")
    )

    async with database.read() as session:
        found = await participation.threads_of(session, TEAM, [(CHANNEL, ts(1)), (CHANNEL, ts(2))])
        none = await participation.threads_of(session, TEAM, [])

    assert found == {ts(2): ts(1)}
    assert none == {}


async def test_only_marks_that_stand_are_counted(database: Database) -> None:
    await keep(database, incident())
    marks = [("U1", 1, True), ("U1", 2, True), ("U1", 3, False), ("U2", 1, False)]
    await keep(
        database,
        *(
            Mark(
                team_id=TEAM,
                channel_id=CHANNEL,
                ts=ts(second),
                user_id=user_id,
                emoji="pushpin",
                section="timeline",
                incident_id=1,
                is_set=is_set,
                changed_ts=ts(second),
            )
            for user_id, second, is_set in marks
        ),
    )

    async with database.read() as session:
        assert await participation.marks_made(session, 1) == {"U1": 2}


async def test_of_two_arrivals_the_earlier_counts_in_whatever_order_they_come(database: Database) -> None:
    for minutes in (10, 5, 20):
        async with database.write() as session:
            await participation.keep_arrival(session, came(minutes))

    async with database.read() as session:
        assert await participation.arrivals(session, TEAM, CHANNEL) == {"U1": NOON + timedelta(minutes=5)}


async def test_one_arrival_told_twice_at_once_is_kept_once(database: Database) -> None:
    async def told() -> None:
        async with database.write() as session:
            await participation.keep_arrival(session, came(5))

    await asyncio.gather(told(), told())

    async with database.read() as session:
        assert len(await participation.arrivals(session, TEAM, CHANNEL)) == 1


async def test_however_many_channels_there_are_only_the_messages_of_one_are_looked_at(
    sqlite: Database,
) -> None:
    async with sqlite.read() as session:
        plans = await plans_of(session)

    assert len(plans) >= 10
    assert [plan for plan in plans if plan.startswith("SCAN") and "message" in plan] == []


def came(minutes: int) -> Arrival:
    joined_at = NOON + timedelta(minutes=minutes)
    return Arrival(team_id=TEAM, channel_id=CHANNEL, user_id="U1", joined_at=joined_at)


async def plans_of(session: AsyncSession) -> list[str]:
    """How SQLite goes about everything that is asked of a stretch."""
    asked: list[tuple[str, Any]] = []

    def note(_: Connection, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
        asked.append((statement, parameters))

    connection = (await session.connection()).sync_connection
    assert connection is not None
    event.listen(connection, "before_cursor_execute", note)
    await participation.speakers(session, EVER)
    await participation.counts(session, EVER)
    await participation.longest_silence(session, EVER)
    await participation.with_links(session, EVER)
    await participation.said_then(session, EVER, {ts(1)})
    await participation.with_files(session, EVER)
    await participation.of_bots(session, EVER, limit=5)
    await participation.of_bots_with(session, EVER, ["deploy"])
    await participation.answers(session, EVER, [ts(1)])
    await participation.threads_of(session, TEAM, [(CHANNEL, ts(1)), (CHANNEL, ts(2))])
    event.remove(connection, "before_cursor_execute", note)
    plans: list[str] = []
    for statement, parameters in asked:
        rows = await (await session.connection()).exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        )
        plans += [row[3] for row in rows]
    return plans
