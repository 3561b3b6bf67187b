"""Recorded means durable: many at a time, each told of only after its commit."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import outbox, timeline
from storage.database import Database
from storage.outbox import NewIntent
from storage.record import Changes, MessageKey, RecordState
from storage.record_rows import MessageRow
from storage.recorder import Recorder, RecorderFull
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident, opened
from tests.until import PATIENCE


@dataclass(frozen=True)
class Said:
    """Somebody said something; `text` may be what no database takes."""

    ts: str
    text: str | None = "Hello"
    confirms: bool = False

    @property
    def key(self) -> MessageKey:
        return TEAM, CHANNEL, self.ts


class Unspeakable(Exception):
    """What deciding about a bad event raises."""


def keep(state: RecordState, message_events: Sequence[Said]) -> Changes:
    """Every text becomes a row; "unspeakable" is one that no rule was written for."""
    changes = Changes()
    for said in message_events:
        if said.text == "unspeakable":
            raise Unspeakable(said.ts)
        changes.messages[said.key] = MessageRow(
            team_id=TEAM,
            channel_id=CHANNEL,
            ts=said.ts,
            thread_ts=None,
            user_id="U1",
            bot_name=None,
            text=said.text,  # type: ignore[typeddict-item]  # None is what the database refuses
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
        if said.confirms:
            changes.asks[said.ts] = NewIntent("confirm_mark", f"confirm_mark:{said.ts}", "marks")
    return changes


def some(count: int) -> list[Said]:
    return [Said(f"1694347200.{number:06}") for number in range(count)]


@contextmanager
def counted_commits() -> Iterator[list[Engine]]:
    """The commits of any engine of this process while the block lasts."""
    commits: list[Engine] = []

    def note(connection: Connection) -> None:
        commits.append(connection.engine)

    event.listen(Engine, "commit", note)
    try:
        yield commits
    finally:
        event.remove(Engine, "commit", note)


def stored(file: Path) -> set[str]:
    """What a connection of somebody else finds in the file at this moment."""
    with closing(sqlite3.connect(file)) as connection:
        return {row[0] for row in connection.execute("SELECT ts FROM message")}


@pytest.fixture
async def recorder(sqlite: Database) -> AsyncIterator[Recorder[Said]]:
    started = Recorder(sqlite, keep, lambda: NOON)
    started.start()
    yield started
    await started.stop()


async def test_record_returns_only_after_the_commit(
    recorder: Recorder[Said], sqlite: Database, database_file: Path
) -> None:
    (said,) = some(1)

    async with sqlite.write() as session:  # somebody else writes: nothing can be committed meanwhile
        await session.connection()
        recording = asyncio.create_task(recorder.record(said))
        await asyncio.sleep(0.05)
        assert not recording.done()
        assert stored(database_file) == set()
    await recording

    assert stored(database_file) == {said.ts}


async def test_what_is_recorded_at_once_is_committed_together(
    recorder: Recorder[Said], database_file: Path
) -> None:
    everything = some(1000)

    with counted_commits() as commits:
        await asyncio.gather(*(recorder.record(said) for said in everything))

    assert stored(database_file) == {said.ts for said in everything}
    assert len(commits) <= 4


async def test_a_batch_waits_for_what_keeps_coming_and_lets_others_write_meanwhile(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.recorder.GATHERED_WITHIN", 10.0)
    monkeypatch.setattr("storage.recorder.GATHERED_FOR", 1.0)
    recorder = Recorder(sqlite, keep, lambda: NOON)
    recorder.start()
    first, second, third = some(3)

    with counted_commits() as commits:
        recordings = [asyncio.create_task(recorder.record(said)) for said in (first, second)]
        await asyncio.sleep(0.05)
        async with sqlite.write() as session:
            session.add(incident())
        assert len(commits) == 1  # somebody else's: the batch still waits
        recordings.append(asyncio.create_task(recorder.record(third)))
        await asyncio.gather(*recordings)

    assert len(commits) == 2
    await recorder.stop()


async def test_an_event_that_comes_alone_waits_for_no_other(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.recorder.GATHERED_FOR", 3600.0)
    recorder = Recorder(sqlite, keep, lambda: NOON)
    recorder.start()

    await asyncio.wait_for(recorder.record(some(1)[0]), PATIENCE)
    await recorder.stop()


async def test_what_arrives_during_a_commit_goes_into_the_next_one_together(
    recorder: Recorder[Said], sqlite: Database
) -> None:
    first, *others = some(51)
    with counted_commits() as commits:
        async with sqlite.write() as session:
            await session.connection()
            recordings = [asyncio.create_task(recorder.record(first))]
            await asyncio.sleep(0.02)  # the first batch is on its way, and waits for the writer
            recordings += [asyncio.create_task(recorder.record(said)) for said in others]
            await asyncio.sleep(0.02)
        await asyncio.gather(*recordings)

    assert len(commits) == 3  # the writer in the way, the first batch, everybody else


@pytest.mark.parametrize(
    ("bad", "problem"),
    [("unspeakable", Unspeakable), (None, IntegrityError)],
    ids=["no rule", "no database"],
)
async def test_a_bad_event_fails_alone(
    recorder: Recorder[Said], database_file: Path, bad: str | None, problem: type[Exception]
) -> None:
    before, after = some(20)[:10], some(20)[10:]
    poison = Said("1694347300.000000", bad)

    results = await asyncio.gather(
        *(recorder.record(said) for said in [*before, poison, *after]), return_exceptions=True
    )

    assert [type(result) for result in results if result is not None] == [problem]
    assert isinstance(results[10], problem)
    assert stored(database_file) == {said.ts for said in [*before, *after]}


async def test_a_recorder_goes_on_after_a_bad_event(recorder: Recorder[Said], database_file: Path) -> None:
    with pytest.raises(Unspeakable):
        await recorder.record(Said("1694347300.000000", "unspeakable"))

    await recorder.record(Said("1694347301.000000"))

    assert stored(database_file) == {"1694347301.000000"}


async def test_a_database_that_is_away_for_a_moment_is_waited_for(
    recorder: Recorder[Said], database_file: Path
) -> None:
    everything = some(200)
    refused: list[str] = []

    def refuse(connection: Connection, *_: object) -> None:
        if len(refused) < 3:
            refused.append("once")
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    event.listen(Engine, "before_cursor_execute", refuse)
    try:
        await asyncio.gather(*(recorder.record(said) for said in everything))
    finally:
        event.remove(Engine, "before_cursor_execute", refuse)

    assert len(refused) == 3
    assert stored(database_file) == {said.ts for said in everything}


async def test_a_database_that_stays_away_is_not_asked_for_each_event(
    recorder: Recorder[Said], database_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.recorder.TRY_AGAIN_FOR", 0.3)
    asked: list[str] = []

    def refuse(connection: Connection, *_: object) -> None:
        asked.append("again")
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    event.listen(Engine, "before_cursor_execute", refuse)
    try:
        results = await asyncio.gather(
            *(recorder.record(said) for said in some(1200)), return_exceptions=True
        )
    finally:
        event.remove(Engine, "before_cursor_execute", refuse)

    assert {type(result) for result in results} == {OperationalError}  # they come again
    assert len(asked) < 10
    await recorder.record(some(1)[0])
    assert len(stored(database_file)) == 1


async def test_a_batch_that_takes_long_makes_the_next_ones_smaller(sqlite: Database) -> None:
    sizes: list[int] = []

    def slowly(state: RecordState, message_events: Sequence[Said]) -> Changes:
        sizes.append(len(message_events))
        time.sleep(
            len(message_events) * 0.0005
        )  # in the thread that writes: nobody waits for it but the batch
        return keep(state, message_events)

    recorder = Recorder(sqlite, slowly, lambda: NOON)
    recorder.start()
    await asyncio.gather(*(recorder.record(said) for said in some(1500)))
    await recorder.stop()

    assert sizes[0] == 500
    assert max(sizes[3:]) <= 125
    assert sum(sizes) == 1500


async def test_a_full_queue_refuses_and_says_so(sqlite: Database, database_file: Path) -> None:
    recorder = Recorder(sqlite, keep, lambda: NOON, most_waiting=2)
    recorder.start()
    first, second, third, too_many = some(4)
    async with sqlite.write() as session:
        await session.connection()
        recordings = [asyncio.create_task(recorder.record(first))]
        await asyncio.sleep(0.02)  # the first is being written and waits no more
        recordings += [asyncio.create_task(recorder.record(said)) for said in (second, third)]
        await asyncio.sleep(0)

        with pytest.raises(RecorderFull, match="2 events wait"):
            await recorder.record(too_many)

    await asyncio.gather(*recordings)
    assert stored(database_file) == {first.ts, second.ts, third.ts}
    await recorder.record(too_many)  # Slack sends it again, and there is room
    assert too_many.ts in stored(database_file)
    await recorder.stop()


async def test_stopping_finishes_the_batch_and_leaves_the_rest_to_come_again(
    recorder: Recorder[Said], sqlite: Database, database_file: Path
) -> None:
    first, second = some(2)
    async with sqlite.write() as session:
        await session.connection()
        being_written = asyncio.create_task(recorder.record(first))
        await asyncio.sleep(0.02)
        waiting = asyncio.create_task(recorder.record(second))
        await asyncio.sleep(0)
        stopping = asyncio.create_task(recorder.stop())
        await asyncio.sleep(0)
    await stopping

    await being_written
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert stored(database_file) == {first.ts}


async def test_a_stopped_recorder_takes_nothing(recorder: Recorder[Said], database_file: Path) -> None:
    await recorder.stop()

    with pytest.raises(RecorderFull):
        await recorder.record(Said("1694347200.000000"))

    assert stored(database_file) == set()


async def test_a_listener_that_gives_up_harms_nobody_beside_it(
    recorder: Recorder[Said], sqlite: Database, database_file: Path
) -> None:
    first, given_up, third = some(3)
    async with sqlite.write() as session:
        await session.connection()
        recordings = [asyncio.create_task(recorder.record(said)) for said in (first, given_up, third)]
        await asyncio.sleep(0.02)
        recordings[1].cancel()
        await asyncio.sleep(0)

    await recordings[0]
    await recordings[2]
    assert {first.ts, third.ts} <= stored(database_file)


async def test_a_batch_decides_on_what_the_batch_before_left(sqlite: Database) -> None:
    seen: list[str] = []

    def look(state: RecordState, message_events: Sequence[Said]) -> Changes:
        seen.extend(row["text"] for row in state.messages.values())
        return keep(state, message_events)

    async with sqlite.write() as session:
        session.add(incident())
    recorder = Recorder(sqlite, look, lambda: NOON)
    recorder.start()

    await recorder.record(Said("1694347200.000000", "first"))
    await recorder.record(Said("1694347200.000000", "second"))
    await recorder.stop()

    assert seen == ["first"]
    async with sqlite.read() as session:
        found = await timeline.message(session, (TEAM, CHANNEL, "1694347200.000000"))
    assert found is not None
    assert found.text == "second"


async def test_intents_are_committed_with_their_cause_and_wake_the_outbox(
    recorder: Recorder[Said], sqlite: Database
) -> None:
    woken: list[str] = []
    sqlite.on_outbox(lambda: woken.append("now"))

    await recorder.record(Said("1694347200.000000"))
    assert woken == []

    await recorder.record(Said("1694347201.000000", confirms=True))
    assert woken == ["now"]
    async with sqlite.read() as session:
        waiting = await outbox.waiting(session, limit=5)
    assert [intent.key for intent in waiting] == ["confirm_mark:1694347201.000000"]


async def test_two_replicas_that_hear_of_one_message_at_once_miss_nothing_of_each_other(
    database: Database, database_url: str
) -> None:
    """Each event adds a letter to what stands: a replica that decided on an older row would lose one."""

    def add_letter(state: RecordState, message_events: Sequence[Said]) -> Changes:
        changes = Changes()
        for said in message_events:
            row = state.messages.get(said.key)
            longer = Said(said.ts, (row["text"] if row else "") + (said.text or ""))
            changes.messages |= keep(state, [longer]).messages
            state.messages |= changes.messages
        return changes

    async with database.write() as session:
        session.add(incident())
    async with opened(database_url) as replica:
        recorders = [Recorder(where, add_letter, lambda: NOON) for where in (database, replica)]
        for recorder in recorders:
            recorder.start()
        for _ in range(15):
            await asyncio.gather(*(recorder.record(Said("1694347200.000000", "x")) for recorder in recorders))
        for recorder in recorders:
            await recorder.stop()

    async with database.read() as session:
        found = await timeline.message(session, (TEAM, CHANNEL, "1694347200.000000"))
    assert found is not None
    assert found.text == "x" * 30
