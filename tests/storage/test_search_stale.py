"""Whoever changes what can be searched, and however, the database itself notes what must be indexed again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.database import Database
from storage.postmortem_tables import Postmortem
from storage.record import EVENT, MARK, MESSAGE
from storage.tables import Mark, Message, TimelineEvent
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident

TS = "1694347200.000100"


async def stale(database: Database) -> list[int]:
    async with database.read() as session:
        return await search.stale(session, TEAM, limit=10)


async def indexed(session: AsyncSession) -> None:
    await session.flush()
    await search.begin(session, await search.stale(session, TEAM, limit=10))


async def recorded(database: Database, section: str = "lesson") -> None:
    """A message, marked, on the timeline of an incident that was indexed; another incident beside it."""
    async with database.write() as session:
        session.add(incident(1))
        session.add(incident(2, channel_id="C2"))
        await session.flush()
        session.add(Message(team_id=TEAM, channel_id=CHANNEL, ts=TS, text="Zebra", version_ts=TS))
        session.add(
            Mark(
                team_id=TEAM,
                channel_id=CHANNEL,
                ts=TS,
                user_id="U1",
                emoji="bulb",
                section=section,
                incident_id=1,
                is_set=True,
                changed_ts=TS,
            )
        )
        if section == "timeline":
            session.add(
                TimelineEvent(
                    incident_id=1,
                    team_id=TEAM,
                    number=1,
                    kind="message",
                    source="mark",
                    channel_id=CHANNEL,
                    message_ts=TS,
                    occurred_at=NOON,
                    recorded_at=NOON,
                    added_by="U1",
                )
            )
        session.add(Postmortem(incident_id=1))
        await indexed(session)


async def test_a_new_incident_is_to_be_indexed_and_then_no_more(database: Database) -> None:
    async with database.write() as session:
        session.add(incident(1))
    assert await stale(database) == [1]

    async with database.write() as session:
        assert await search.begin(session, [1, 2]) == [1]

    assert await stale(database) == []


@pytest.mark.parametrize("section", ["lesson", "timeline"])
@pytest.mark.parametrize("change", ["text = 'Horse'", "text = '', deleted_ts = '1694347300.000100'"])
async def test_an_edit_or_a_deletion_is_noted_wherever_the_message_stands(
    database: Database, section: str, change: str
) -> None:
    await recorded(database, section)

    async with database.write() as session:
        await (await session.connection()).exec_driver_sql(f"UPDATE message SET {change}")

    assert await stale(database) == [1]


CHANGES = {
    "mark": "UPDATE mark SET is_set = false",
    "mark moved": "UPDATE mark SET section = 'timeline'",
    "mark gone": "DELETE FROM mark",
    "event text": "UPDATE timeline_event SET text = 'Horse'",
    "event removed": "UPDATE timeline_event SET removed_at = '2023-09-10 12:00:00+00:00'",
    "event gone": "DELETE FROM timeline_event",
    "title": "UPDATE incident SET title = 'Horse' WHERE id = 1",
    "conclusion": "UPDATE incident SET conclusion = 'Horse' WHERE id = 1",
    "published": "UPDATE postmortem SET final_markdown = 'Horse'",
}


@pytest.mark.parametrize("change", sorted(CHANGES))
async def test_every_other_change_is_noted(database: Database, change: str) -> None:
    await recorded(database, "timeline" if change.startswith("event") else "lesson")

    async with database.write() as session:
        await session.exec(text(CHANGES[change]))  # type: ignore[call-overload]

    assert await stale(database) == [1]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE incident SET severity = 'sev1', summary_ts = '1'",
        "UPDATE message SET is_confirmed = true, text = text",
        "UPDATE mark SET changed_ts = '2'",
        "INSERT INTO mark (team_id, channel_id, ts, user_id, emoji, section, incident_id, is_set, changed_ts)"
        " VALUES ('T1', 'C1', '1694347200.000100', 'U2', 'pushpin', 'timeline', 1, true, '3')",
    ],
)
async def test_what_nobody_can_search_for_is_not_noted(database: Database, change: str) -> None:
    await recorded(database)

    async with database.write() as session:
        await session.exec(text(change))  # type: ignore[call-overload]

    assert await stale(database) == []


async def test_a_message_that_stands_nowhere_is_not_noted(database: Database) -> None:
    await recorded(database)

    async with database.write() as session:
        session.add(Message(team_id=TEAM, channel_id=CHANNEL, ts="2.000000", text="Zebra", version_ts="2"))

    assert await stale(database) == []


def names_of(dialect: str) -> str:
    if dialect == "postgresql":
        return "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return "SELECT name FROM sqlite_master WHERE type = 'trigger'"


NOTED: dict[str, Any] = {
    "incident": {"search_incident_added", "search_incident_changed"},
    "postmortem": {"search_postmortem_changed"},
    MESSAGE.name: {"search_message_changed"},
    MARK.name: {"search_mark_added", "search_mark_changed", "search_mark_removed"},
    EVENT.name: {"search_event_added", "search_event_changed", "search_event_removed"},
}


async def test_the_triggers_stand_after_all_migrations(database: Database) -> None:
    """A migration that makes a table anew on SQLite (alembic's batch mode) loses its triggers."""
    async with database.read() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql(names_of(connection.dialect.name))
        standing = {name for (name,) in found}

    assert set().union(*NOTED.values()) <= standing
