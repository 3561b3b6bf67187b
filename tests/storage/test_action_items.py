"""Action items that stand on a mark: numbered in the order they were said, each once, and theirs for good."""

from __future__ import annotations

import asyncio

from sqlmodel import select

from storage import action_items
from storage.action_items import adopt_marked, by_number, next_number, standing
from storage.database import Database
from storage.postmortem_tables import ActionItem
from storage.tables import Incident, Mark, Message
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident


async def kept(database: Database) -> Incident:
    async with database.write() as session:
        made = incident()
        session.add(made)
        await session.flush()
    return made


async def marked(
    database: Database, found: Incident, ts: str, *, section: str = "action_item", by: str = "U1"
) -> None:
    async with database.write() as session:
        known = await session.exec(select(Message).where(Message.ts == ts))
        if known.first() is None:
            session.add(Message(team_id=TEAM, channel_id=CHANNEL, ts=ts, text=f"said {ts}", version_ts=ts))
        session.add(
            Mark(
                team_id=TEAM,
                channel_id=CHANNEL,
                ts=ts,
                user_id=by,
                emoji="dart",
                section=section,
                incident_id=found.id or 0,
                is_set=True,
                changed_ts=ts,
            )
        )


async def unmarked(database: Database, ts: str) -> None:
    async with database.write() as session:
        for mark in await session.exec(select(Mark).where(Mark.ts == ts)):
            mark.is_set = False
            session.add(mark)


async def adopted(database: Database, found: Incident) -> list[tuple[int, str | None]]:
    async with database.write() as session:
        await adopt_marked(session, found, NOON)
    async with database.read() as session:
        return [(one.item.number, one.item.message_ts) for one in await standing(session, found)]


async def test_marked_messages_are_numbered_as_they_were_said_whoever_marked_them(database: Database) -> None:
    found = await kept(database)
    for ts, by in (("3.3", "U1"), ("1.1", "U1"), ("1.1", "U2"), ("2.2", "U2")):
        await marked(database, found, ts, by=by)
    await marked(database, found, "4.4", section="lesson")

    assert await adopted(database, found) == [(1, "1.1"), (2, "2.2"), (3, "3.3")]
    assert await adopted(database, found) == [(1, "1.1"), (2, "2.2"), (3, "3.3")]


async def test_a_number_is_never_given_twice_not_even_after_unmarking(database: Database) -> None:
    found = await kept(database)
    await marked(database, found, "1.1")
    await adopted(database, found)
    await unmarked(database, "1.1")
    await marked(database, found, "2.2")

    assert await adopted(database, found) == [(2, "2.2")]


async def test_an_item_that_somebody_spoke_of_outlives_its_mark(database: Database) -> None:
    found = await kept(database)
    await marked(database, found, "1.1")
    await adopted(database, found)
    async with database.write() as session:
        one = await by_number(session, found, 1)
        assert one is not None
        one.item.is_explicit = True
        session.add(one.item)
    await unmarked(database, "1.1")

    async with database.read() as session:
        (one,) = await standing(session, found)
    assert one.text == "said 1.1"


async def test_all_who_adopt_and_number_at_once_get_numbers_of_their_own(database: Database) -> None:
    found = await kept(database)
    for ts in ("1.1", "2.2"):
        await marked(database, found, ts)

    async def add() -> None:
        async with database.write() as session:
            await adopt_marked(session, found, NOON)
            number = await next_number(session, found.id or 0)
            session.add(
                ActionItem(
                    incident_id=found.id or 0,
                    number=number,
                    text="Add an index",
                    is_explicit=True,
                    added_by="U1",
                    added_at=NOON,
                )
            )

    await asyncio.gather(*(add() for _ in range(6)))

    async with database.read() as session:
        numbers = [one.item.number for one in await action_items.standing(session, found)]
    assert numbers == list(range(1, 9))
