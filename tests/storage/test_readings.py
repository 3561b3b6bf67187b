"""What the record knows of a channel's threads, told without reading them."""

from __future__ import annotations

from storage import readings
from storage.database import Database
from storage.readings import KnownThread
from storage.tables import Mark, Message
from tests.storage.conftest import CHANNEL, TEAM, incident

ROOT, OTHER, QUIET = "1694340000.000100", "1694340001.000100", "1694340002.000100"
FIRST, SECOND, THIRD = "1694340100.000100", "1694340200.000100", "1694340300.000100"


def message(ts: str, thread_ts: str | None, *, deleted_ts: str | None = None) -> Message:
    return Message(
        team_id=TEAM, channel_id=CHANNEL, ts=ts, thread_ts=thread_ts, version_ts=ts, deleted_ts=deleted_ts
    )


def mark(ts: str, incident_id: int) -> Mark:
    return Mark(
        team_id=TEAM,
        channel_id=CHANNEL,
        ts=ts,
        user_id="U1",
        emoji="pushpin",
        section="timeline",
        incident_id=incident_id,
        is_set=False,
        changed_ts=ts,
    )


async def test_threads_are_known_by_their_replies_and_their_place_on_the_record(database: Database) -> None:
    async with database.write() as session:
        opened = incident()
        session.add(opened)
        await session.flush()
        session.add_all(
            [
                message(ROOT, ROOT),
                message(FIRST, ROOT),
                message(SECOND, ROOT, deleted_ts=THIRD),
                message(OTHER, OTHER),
                message(THIRD, OTHER),
                message(QUIET, None),
                mark(THIRD, opened.id or 0),
            ]
        )

    async with database.read() as session:
        found = await readings.threads(session, TEAM, CHANNEL, {ROOT, OTHER, QUIET})
        roots = await readings.roots(session, TEAM, CHANNEL, after=ROOT, until=None)

    assert found == {
        ROOT: KnownThread(1, SECOND, is_on_record=False),
        OTHER: KnownThread(1, THIRD, is_on_record=True),
    }
    assert roots == {OTHER}


async def test_a_page_of_the_channel_and_one_of_a_thread_hold_their_own_messages(database: Database) -> None:
    async with database.write() as session:
        session.add_all(
            [
                message(ROOT, ROOT),
                message(OTHER, None),
                message(QUIET, None),
                message(FIRST, ROOT),
                message(SECOND, ROOT),
            ]
        )

    async def said(after: str | None, until: str | None, thread_ts: str | None = None) -> list[str]:
        async with database.read() as session:
            rows = await readings.said_between(
                session, TEAM, CHANNEL, after=after, until=until, thread_ts=thread_ts
            )
        return [row.ts for row in rows]

    assert await said(None, None) == [ROOT, OTHER, QUIET]
    assert await said(ROOT, OTHER) == [OTHER]
    assert await said(ROOT, None, ROOT) == [FIRST, SECOND]
    assert await said(FIRST, None, ROOT) == [SECOND]
