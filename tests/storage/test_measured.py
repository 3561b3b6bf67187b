"""What is measured of the record: counts and moments, read by indexes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import select

from storage import measured, outbox
from storage.database import Database
from storage.measured import OfKind
from storage.outbox import NewIntent
from storage.outbox_upkeep import IS_KEPT
from storage.tables import Intent, Workspace
from storage.vocabulary import IntentState
from tests.storage.conftest import NOON, incident

LATER = NOON + timedelta(minutes=5)


def invite(user_id: str) -> NewIntent:
    return NewIntent("invite", f"invite:1:{user_id}", "incident:1", {"user_id": user_id})


async def test_what_waits_and_what_is_kept_is_counted_by_kind_with_its_oldest(database: Database) -> None:
    async with database.write() as session:
        await outbox.ask(session, [invite("U1")], asked_at=NOON)
        await outbox.ask(session, [invite("U2"), invite("U3"), invite("U4")], asked_at=LATER)
    async with database.write() as session:
        (first, refused, sent, _) = await outbox.waiting(session, limit=10)
        await outbox.close_held(session, first, "nobody knows")
        await outbox.close_failed(session, refused, "not_in_channel")
        await outbox.close_sent(session, sent, LATER)

    async with database.read() as session:
        found = await measured.outbox(session)

    assert found == [
        OfKind("invite", IntentState.WAITING, 1, LATER),
        OfKind("invite", IntentState.FAILED, 1, LATER),
        OfKind("invite", IntentState.HELD, 1, NOON),
    ]


async def test_when_an_intent_was_last_carried_out_is_known_while_it_waits_again(database: Database) -> None:
    async with database.write() as session:
        await outbox.ask(session, [invite("U1"), invite("U2")], asked_at=NOON)
    async with database.write() as session:
        (first, _) = await outbox.waiting(session, limit=10)
        await outbox.close_sent(session, first, LATER)
        await outbox.ask(session, [invite("U1")], asked_at=LATER)

    async with database.read() as session:
        found = await measured.sent_at(session, [invite("U1").key, invite("U2").key])

    assert found == {invite("U1").key: LATER}


async def test_open_incidents_say_whether_their_channel_is_read(database: Database) -> None:
    async with database.write() as session:
        lost = incident(2, channel_id="C2")
        lost.unreachable_since = NOON
        over = incident(3, channel_id="C3")
        over.status = "resolved"
        session.add_all([incident(1), lost, over])

    async with database.read() as session:
        found = await measured.open_incidents(session)

    assert sorted((one.id, one.is_read) for one in found) == [(1, True), (2, False)]


async def test_of_workspaces_the_one_that_was_heard_longest_ago_counts(database: Database) -> None:
    async with database.read() as session:
        assert await measured.heard_at(session) is None
    async with database.write() as session:
        for team_id, heard_at in (("T1", LATER), ("T2", NOON), ("T3", None)):
            workspace = Workspace(team_id=team_id, name="", url="", bot_user_id="U0", bot_id="B0")
            workspace.heard_at = heard_at
            session.add(workspace)

    async with database.read() as session:
        assert await measured.heard_at(session) == NOON


async def test_what_is_kept_is_found_by_its_index(sqlite: Database) -> None:
    async with sqlite.read() as session:
        connection = await session.connection()
        query = select(Intent.kind).where(IS_KEPT)
        asked = query.compile(connection.sync_connection, compile_kwargs={"render_postcompile": True})
        plan = await connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))

    assert "kept_intents" in " ".join(str(row) for row in plan)
