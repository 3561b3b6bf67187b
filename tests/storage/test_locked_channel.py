"""A lock that somebody else's session holds on one channel's record keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from sqlmodel import select

from storage.advisory_lock import record_of
from storage.database import Database
from storage.record import Changes, MessageKey, RecordState
from storage.record_rows import MessageRow
from storage.recorder import Recorder
from storage.tables import Message
from storage.trouble import is_away, is_locked
from tests.storage.conftest import NOON, TEAM, incident, opened

LOCKED, FREE = "C1", "C2"


@dataclass(frozen=True)
class Said:
    channel_id: str
    ts: str

    @property
    def key(self) -> MessageKey:
        return TEAM, self.channel_id, self.ts


def keep(state: RecordState, message_events: Sequence[Said]) -> Changes:
    changes = Changes()
    for said in message_events:
        changes.messages[said.key] = MessageRow(
            team_id=TEAM,
            channel_id=said.channel_id,
            ts=said.ts,
            thread_ts=None,
            user_id="U1",
            bot_name=None,
            text="Hello",
            files=[],
            payload={},
            version_ts=said.ts,
            edited_by=None,
            deleted_ts=None,
            is_known=True,
            is_confirmed=False,
            is_recovered=False,
            is_version_approximate=False,
        )
    return changes


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    async with opened(postgres_url) as database:
        async with database.write() as session:
            session.add_all([incident(1, channel_id=LOCKED), incident(2, channel_id=FREE)])
        yield database


@pytest.fixture
async def recorder(database: Database) -> AsyncIterator[Recorder[Said]]:
    started = Recorder(database, keep, lambda: NOON)
    started.start()
    yield started
    await started.stop()


@contextmanager
def locked(postgres_url: str, statement: str) -> Iterator[None]:
    with psycopg.connect(postgres_url) as somebody:
        somebody.execute(statement)  # type: ignore[call-overload]
        yield
        somebody.rollback()


TURN = record_of(TEAM, LOCKED)
LOCKS = {
    "the turn for its record": f"SELECT pg_advisory_xact_lock(hashtextextended('{TURN}', 0))",
    "a row of a message": f"SELECT * FROM message WHERE channel_id = '{LOCKED}' FOR UPDATE",
}


async def stored(database: Database) -> set[tuple[str, str]]:
    async with database.read() as session:
        return set(await session.exec(select(Message.channel_id, Message.ts)))


@pytest.mark.parametrize("statement", LOCKS.values(), ids=LOCKS)
async def test_one_locked_channel_fails_alone_and_the_others_are_recorded_meanwhile(
    recorder: Recorder[Said], database: Database, postgres_url: str, statement: str
) -> None:
    await recorder.record(Said(LOCKED, "1.0"))

    with locked(postgres_url, statement):
        stuck = [asyncio.create_task(recorder.record(Said(LOCKED, "1.0"))) for _ in range(3)]
        for number in range(20):
            # one after the other: none of them waits for the lock to time out again
            await recorder.record(Said(FREE, f"2.{number}"))
            stuck.append(asyncio.create_task(recorder.record(Said(LOCKED, "1.0"))))
        before_it_failed = [task for task in stuck if not task.done()]
        problems = await asyncio.gather(*stuck, return_exceptions=True)

    assert before_it_failed
    assert all(isinstance(problem, Exception) and is_locked(problem) for problem in problems)
    assert all(isinstance(problem, Exception) and is_away(problem) for problem in problems)  # comes again
    await recorder.record(Said(LOCKED, "1.1"))
    assert await stored(database) == {(LOCKED, "1.0"), (LOCKED, "1.1")} | {
        (FREE, f"2.{number}") for number in range(20)
    }


async def test_what_waits_for_a_lock_is_recorded_when_it_is_free_in_time(
    recorder: Recorder[Said], database: Database, postgres_url: str
) -> None:
    with locked(postgres_url, LOCKS["the turn for its record"]):
        stuck = asyncio.create_task(recorder.record(Said(LOCKED, "1.0")))
        await recorder.record(Said(FREE, "2.0"))
        await recorder.record(Said(FREE, "2.1"))

    await stuck
    assert (LOCKED, "1.0") in await stored(database)
    assert recorder.waiting == 0


async def test_a_stop_does_not_wait_for_a_locked_channel(database: Database, postgres_url: str) -> None:
    recorder = Recorder(database, keep, lambda: NOON)
    recorder.start()
    with locked(postgres_url, LOCKS["the turn for its record"]):
        stuck = asyncio.create_task(recorder.record(Said(LOCKED, "1.0")))
        await recorder.record(Said(FREE, "2.0"))

        await recorder.stop()
        problems = await asyncio.gather(stuck, return_exceptions=True)

    assert len(problems) == 1
    assert isinstance(problems[0], BaseException)
    assert await stored(database) == {(FREE, "2.0")}
