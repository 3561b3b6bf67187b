"""The outbox: one row per thing Slack must be told, in order, with what became of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlmodel import select

from storage import outbox
from storage.database import Database
from storage.outbox import NewIntent, PendingIntent
from storage.tables import Intent
from tests.storage.conftest import NOON

REFRESH = NewIntent("refresh_summary", "refresh_summary:1", "incident:1", {"incident_id": 1})
INVITE = NewIntent("invite", "invite:1:U1", "incident:1", {"incident_id": 1, "user_id": "U1"})
CONFIRM = NewIntent("confirm_mark", "confirm_mark:T1:C1:1.0", "marks:T1:C1", {"ts": "1.0"})


async def asked(database: Database, *asks: NewIntent) -> None:
    async with database.write() as session:
        await outbox.ask(session, asks, asked_at=NOON)


async def waiting(
    database: Database, *, limit: int = 10, except_lanes: tuple[str, ...] = ()
) -> list[PendingIntent]:
    async with database.read() as session:
        return await outbox.waiting(session, limit=limit, except_lanes=except_lanes)


async def kept(database: Database) -> Mapping[str, Intent]:
    async with database.read() as session:
        return {intent.key: intent for intent in await session.exec(select(Intent))}


async def test_an_intent_waits_with_what_it_is_about(database: Database) -> None:
    await asked(database, INVITE)

    (found,) = await waiting(database)
    assert (found.kind, found.key, found.lane) == ("invite", "invite:1:U1", "incident:1")
    assert found.subject == {"incident_id": 1, "user_id": "U1"}
    assert (found.requests, found.attempts) == (1, 0)


async def test_asking_a_hundred_times_is_one_intent(database: Database) -> None:
    for _ in range(100):
        await asked(database, REFRESH)

    (found,) = await waiting(database)
    assert found.requests == 100


async def test_asking_twice_in_one_transaction_is_one_intent(database: Database) -> None:
    await asked(database, REFRESH, INVITE, REFRESH)

    assert [intent.key for intent in await waiting(database)] == [REFRESH.key, INVITE.key]


async def test_the_newest_subject_counts(database: Database) -> None:
    await asked(database, REFRESH)
    await asked(database, NewIntent(REFRESH.kind, REFRESH.key, REFRESH.lane, {"incident_id": 2}))

    (found,) = await waiting(database)
    assert found.subject == {"incident_id": 2}


async def test_intents_wait_in_the_order_they_were_first_asked_for(database: Database) -> None:
    await asked(database, INVITE)
    await asked(database, REFRESH, CONFIRM)
    await asked(database, INVITE)

    assert [intent.key for intent in await waiting(database)] == [INVITE.key, REFRESH.key, CONFIRM.key]
    assert [intent.key for intent in await waiting(database, limit=1)] == [INVITE.key]


async def test_lanes_can_be_left_out(database: Database) -> None:
    await asked(database, INVITE, CONFIRM, REFRESH)

    found = await waiting(database, except_lanes=("incident:1",))

    assert [intent.key for intent in found] == [CONFIRM.key]


async def test_what_was_sent_waits_no_more(database: Database) -> None:
    await asked(database, REFRESH)
    (sent,) = await waiting(database)

    async with database.write() as session:
        await outbox.close_sent(session, sent, NOON)

    assert await waiting(database) == []
    row = (await kept(database))[REFRESH.key]
    assert (row.state, row.sent_at) == ("sent", NOON)


async def test_a_text_that_was_told_is_not_kept(database: Database) -> None:
    reply = NewIntent("reply", "reply:1", "reply:1", {"response_url": "https://x.test", "text": "Quagga"})
    await asked(database, reply)
    (sent,) = await waiting(database)

    async with database.write() as session:
        await outbox.close_sent(session, sent, NOON)

    assert (await kept(database))[reply.key].subject == {"response_url": "https://x.test"}


async def test_what_was_sent_can_be_asked_for_again(database: Database) -> None:
    await asked(database, REFRESH)
    (sent,) = await waiting(database)
    async with database.write() as session:
        await outbox.close_sent(session, sent, NOON)

    await asked(database, REFRESH)

    assert [intent.key for intent in await waiting(database)] == [REFRESH.key]


async def test_asked_again_while_it_is_being_sent_stays_waiting(database: Database) -> None:
    await asked(database, REFRESH)
    (being_sent,) = await waiting(database)
    await asked(database, REFRESH)

    async with database.write() as session:
        await outbox.close_sent(session, being_sent, NOON)

    (again,) = await waiting(database)
    assert again.requests == 2


async def test_asked_again_while_slack_was_refusing_it_stays_waiting(database: Database) -> None:
    await asked(database, REFRESH)
    (being_sent,) = await waiting(database)
    await asked(database, REFRESH)

    async with database.write() as session:
        await outbox.close_failed(session, being_sent, "chat_update: invalid_blocks")

    (again,) = await waiting(database)
    assert again.requests == 2


async def test_a_failed_attempt_is_counted_and_waits_on(database: Database) -> None:
    await asked(database, REFRESH)
    (tried,) = await waiting(database)

    async with database.write() as session:
        await outbox.note_attempt(session, tried, "chat_postMessage: HTTP 503")

    (again,) = await waiting(database)
    assert again.attempts == 1
    assert (await kept(database))[REFRESH.key].failure == "chat_postMessage: HTTP 503"


async def test_asking_again_does_not_hurry_what_slack_cannot_take(database: Database) -> None:
    await asked(database, REFRESH)
    (tried,) = await waiting(database)
    async with database.write() as session:
        await outbox.note_attempt(session, tried, "chat_postMessage: HTTP 503")

    await asked(database, REFRESH)

    (again,) = await waiting(database)
    assert again.attempts == 1


async def test_what_slack_refused_is_kept_with_the_reason(database: Database) -> None:
    await asked(database, INVITE, REFRESH)
    refused, _ = await waiting(database)

    async with database.write() as session:
        await outbox.close_failed(session, refused, "conversations_invite: cant_invite")

    assert [intent.key for intent in await waiting(database)] == [REFRESH.key]
    row = (await kept(database))[INVITE.key]
    assert (row.state, row.failure) == ("failed", "conversations_invite: cant_invite")


async def test_what_slack_refused_can_be_asked_for_again_with_a_fresh_start(database: Database) -> None:
    await asked(database, INVITE)
    (refused,) = await waiting(database)
    async with database.write() as session:
        await outbox.note_attempt(session, refused, "conversations_invite: HTTP 503")
    async with database.write() as session:
        await outbox.close_failed(session, refused, "conversations_invite: cant_invite")

    await asked(database, INVITE)

    (again,) = await waiting(database)
    assert again.attempts == 0
    assert (await kept(database))[INVITE.key].failure is None


@pytest.mark.parametrize("count", [0, 1, 600])
async def test_any_number_of_intents_can_be_asked_for_at_once(database: Database, count: int) -> None:
    await asked(database, *(NewIntent("invite", f"invite:{n}", f"incident:{n}") for n in range(count)))

    assert len(await waiting(database, limit=1000)) == count
