"""Raw messages are forgotten in time; what is on the record stays."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from bot.clock import Clock, ts_of
from bot.incidents.message_events import MessagePosted, ReactionChanged
from bot.incidents.record import Recording
from bot.jobs.retention import Retention
from storage.database import Database
from storage.record import load_state, write_changes
from storage.tables import Delivery, Message, MessageVersion
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident

OLD, NEW = ts_of(NOON - timedelta(days=100)), ts_of(NOON - timedelta(days=10))
MARKED = ts_of(NOON - timedelta(days=101))


class AtNoon(Clock):
    """Noon, always."""

    def now(self):  # type: ignore[no-untyped-def]  # as Clock.now
        return NOON


async def stored(database: Database, *, status: str) -> None:
    """An old message that was edited, an old one with a mark, and a new one."""
    async with database.write() as session:
        found = incident(declared_at=NOON - timedelta(days=102))
        found.status = status
        session.add(found)
    message_events = [
        MessagePosted((TEAM, CHANNEL, OLD), OLD, "one", "U1"),
        MessagePosted((TEAM, CHANNEL, OLD), ts_of(NOON - timedelta(days=99)), "two", "U1"),
        MessagePosted((TEAM, CHANNEL, MARKED), MARKED, "Rolled back.", "U1"),
        ReactionChanged((TEAM, CHANNEL, MARKED), "U2", "pushpin", NEW, is_set=True),
        MessagePosted((TEAM, CHANNEL, NEW), NEW, "All is well.", "U1"),
    ]
    recording = Recording({"pushpin": "timeline"}, lambda: NOON)
    async with database.write() as session:
        connection = await session.connection()
        state = await connection.run_sync(load_state, [one.key for one in message_events])
        await connection.run_sync(write_changes, recording.decide(state, message_events), NOON)


async def texts(database: Database) -> list[str]:
    async with database.read() as session:
        messages = (await session.exec(select(Message.text).order_by(Message.ts))).all()
        versions = (await session.exec(select(MessageVersion.text))).all()
    return [*messages, *versions]


async def test_old_messages_nobody_marked_are_forgotten_with_their_earlier_texts(database: Database) -> None:
    await stored(database, status="resolved")

    await Retention(database, AtNoon(), 90).sweep()

    assert await texts(database) == ["Rolled back.", "All is well."]


async def test_an_open_incident_keeps_everything(database: Database) -> None:
    await stored(database, status="open")

    await Retention(database, AtNoon(), 90).sweep()

    assert await texts(database) == ["Rolled back.", "two", "All is well.", "one"]


async def test_zero_days_keep_everything_but_the_notes_of_commands(database: Database) -> None:
    await stored(database, status="resolved")
    async with database.write() as session:
        session.add(Delivery(key="old", handled_at=NOON - timedelta(days=2)))
        session.add(Delivery(key="new", handled_at=NOON))

    await Retention(database, AtNoon(), 0).sweep()

    assert len(await texts(database)) == 4
    async with database.read() as session:
        assert (await session.exec(select(Delivery.key))).all() == ["new"]
