"""What is kept about a post-mortem's way: made once, owned, reviewed, dismissed, and when to nudge."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlmodel import select

from storage import action_items, dismissals, postmortems, reminders
from storage.database import Database
from storage.postmortem_tables import ActionItem, Postmortem, Reminder
from storage.tables import Incident, Mark, Message, RoleHeld
from storage.vocabulary import ActionItemState
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident


async def kept(database: Database, **changes: object) -> Incident:
    async with database.write() as session:
        made = incident()
        for name, value in changes.items():
            setattr(made, name, value)
        session.add(made)
        await session.flush()
    return made


async def test_it_is_made_once_whoever_asks(database: Database) -> None:
    found = await kept(database, resolved_by="U2")

    async def ensure(by: str) -> bool:
        async with database.write() as session:
            return await postmortems.ensure(session, found, by=by, due_at=NOON)

    made = await asyncio.gather(*(ensure(f"U{number}") for number in range(5)))

    assert sorted(made) == [False, False, False, False, True]
    async with database.read() as session:
        (row,) = await session.exec(select(Postmortem))
    assert (row.state, row.owner_id, row.due_at) == ("draft", "U2", NOON)


async def test_the_commander_owns_it_rather_than_whoever_resolved(database: Database) -> None:
    found = await kept(database, resolved_by="U2")
    async with database.write() as session:
        for user_id, until in (("U3", NOON), ("U4", None)):
            session.add(
                RoleHeld(
                    incident_id=found.id or 0,
                    role="commander",
                    user_id=user_id,
                    since=NOON,
                    until=until,
                    given_by="U1",
                )
            )
        await postmortems.ensure(session, found, by="U1", due_at=None)

    async with database.read() as session:
        row = await postmortems.of_incident(session, found.id or 0)
    assert row is not None
    assert row.owner_id == "U4"


async def test_a_dismissal_is_kept_once(database: Database) -> None:
    found = await kept(database)
    for by in ("U1", "U2"):
        async with database.write() as session:
            await dismissals.dismiss(session, found.id or 0, "note:blame:1", by=by, at=NOON)

    async with database.read() as session:
        assert await dismissals.of_incident(session, found.id or 0) == {"note:blame:1"}


async def test_a_nudge_is_moved_and_forgotten(database: Database) -> None:
    found = await kept(database)

    async def nudge_at(days: int) -> None:
        async with database.write() as session:
            await reminders.remind_at(
                session,
                key="postmortem:1",
                kind="postmortem",
                incident_id=found.id or 0,
                due_at=NOON + timedelta(days=days),
            )

    await nudge_at(1)
    async with database.write() as session:
        (row,) = await session.exec(select(Reminder))
        row.asked_at = NOON
        session.add(row)
    await nudge_at(4)

    async with database.read() as session:
        (row,) = await session.exec(select(Reminder))
    assert (row.due_at, row.asked_at) == (NOON + timedelta(days=4), None)
    async with database.write() as session:
        await reminders.forget(session, "postmortem:1")
    async with database.read() as session:
        assert (await session.exec(select(Reminder))).all() == []


async def test_open_items_are_those_that_stand(database: Database) -> None:
    found = await kept(database)
    async with database.write() as session:
        for number, (ts, state, is_explicit) in enumerate(
            [
                (None, "open", True),
                ("1.1", "open", False),
                ("2.2", "open", False),
                ("2.2000", "open", True),
                (None, "done", True),
            ],
            start=1,
        ):
            session.add(
                ActionItem(
                    incident_id=found.id or 0,
                    number=number,
                    text=None if ts else "Add the index",
                    channel_id=CHANNEL if ts else None,
                    message_ts=ts,
                    is_explicit=is_explicit,
                    state=state,
                    added_by="U1",
                    added_at=NOON,
                )
            )
        for ts in ("1.1", "2.2"):
            session.add(Message(team_id=TEAM, channel_id=CHANNEL, ts=ts, text=f"said {ts}", version_ts=ts))
            session.add(
                Mark(
                    team_id=TEAM,
                    channel_id=CHANNEL,
                    ts=ts,
                    user_id="U1",
                    emoji="dart",
                    section="action_item",
                    incident_id=found.id or 0,
                    is_set=ts == "1.1",
                    changed_ts=ts,
                )
            )

    async with database.read() as session:
        items = await action_items.standing(session, found, state=ActionItemState.OPEN)

    assert [(item.number, message.text if message else None) for item, message in items] == [
        (1, None),
        (2, "said 1.1"),
        (4, None),
    ]
