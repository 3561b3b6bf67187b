"""Nudging: the day before it is due, when it is, then every three days until it is published."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlmodel import select

from bot.incidents import lifecycle
from bot.postmortem import published_files
from bot.settings import OfflineSettings
from storage import drafts, postmortems, reminders
from storage.database import Database
from storage.postmortem_tables import Postmortem, Reminder, Reviewer
from storage.tables import Incident
from storage.vocabulary import PostmortemState

NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


def in_five_days(severity: str | None) -> timedelta:
    return timedelta(days=5)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def incident(database: Database) -> Incident:
    """A resolved incident with a delivered draft, due in five days."""
    async with database.write() as session:
        made = Incident(
            team_id="T1",
            number=7,
            title="Checkout is down",
            status="resolved",
            channel_id="C1",
            channel_name="ops",
            is_own_channel=False,
            declared_by="U1",
            declared_at=NOON,
            resolved_by="U1",
        )
        session.add(made)
        await session.flush()
        draft = await drafts.begin(session, made.id or 0, asked_by="U1", asked_at=NOON)
        draft.delivered_at = NOON
        await lifecycle.begin(session, made, by="U1", due_in=in_five_days, now=NOON)
    return made


async def nudged_at(database: Database) -> list[datetime]:
    async with database.read() as session:
        return [row.due_at for row in await session.exec(select(Reminder))]


async def test_the_first_nudge_comes_the_day_before_it_is_due(database: Database, incident: Incident) -> None:
    assert await nudged_at(database) == [NOON + 4 * A_DAY]


async def test_then_when_it_is_due_then_every_three_days(database: Database, incident: Incident) -> None:
    seen = []
    for _ in range(3):
        (at,) = await nudged_at(database)
        async with database.write() as session:
            (due,) = await reminders.take_due(session, at, limit=9)
            await lifecycle.nudge_again(session, incident.id or 0, due.id or 0, now=at)
            await session.flush()
            await lifecycle.nudge_again(session, incident.id or 0, due.id or 0, now=at + 30 * A_DAY)
        seen += await nudged_at(database)

    assert seen == [NOON + 5 * A_DAY, NOON + 8 * A_DAY, NOON + 11 * A_DAY]


async def test_snoozing_moves_the_one_nudge_there_is(database: Database, incident: Incident) -> None:
    async with database.write() as session:
        assert await lifecycle.snooze(session, incident.id or 0, NOON + 9 * A_DAY)

    assert await nudged_at(database) == [NOON + 9 * A_DAY]


async def test_published_there_is_nothing_to_be_nudged_about(database: Database, incident: Incident) -> None:
    async with database.write() as session:
        (due,) = await reminders.take_due(session, NOON + 9 * A_DAY, limit=9)
    async with database.write() as session:
        await lifecycle.publish(session, incident, 1, by="U1", now=NOON)
    async with database.write() as session:
        assert not await lifecycle.snooze(session, incident.id or 0, NOON + A_DAY)
        await lifecycle.nudge_again(session, incident.id or 0, due.id or 0, now=NOON)

    assert await nudged_at(database) == []


async def test_reopened_its_owner_is_nudged_again(database: Database, incident: Incident) -> None:
    late = NOON + 20 * A_DAY
    async with database.write() as session:
        await lifecycle.publish(session, incident, 1, by="U1", now=NOON)
    async with database.write() as session:
        await lifecycle.reopen(session, incident, by="U1", now=late)

    assert await nudged_at(database) == [late + 3 * A_DAY]


async def test_resolved_again_a_published_one_is_a_draft_again(
    database: Database, incident: Incident
) -> None:
    async with database.write() as session:
        await lifecycle.publish(session, incident, 1, by="U1", now=NOON)
    async with database.write() as session:
        await lifecycle.begin(session, incident, by="U2", due_in=in_five_days, now=NOON)

    async with database.read() as session:
        found = await postmortems.of_incident(session, incident.id or 0)
    assert found is not None
    assert (found.state, found.owner_id) == ("draft", "U1")


@pytest.mark.parametrize("days", ["", "soon", "3,,x", "0", "-1", "400"])
def test_days_that_are_none_are_refused(days: str) -> None:
    with pytest.raises(ValidationError, match="must be numbers of days"):
        OfflineSettings(_env_file=None, postmortem_due_days=days)


def test_what_is_missing_is_named_with_the_command_that_mends_it() -> None:
    draft = Postmortem(incident_id=1)
    asked = [Reviewer(incident_id=1, user_id="U2", asked_by="U1", asked_at=NOON)]

    assert lifecycle.missing(7, draft, [], []) == [
        "Nobody owns it: `/postmortem owner INC-7 @who`.",
        "Nobody was asked to review it: `/postmortem review INC-7 @who`.",
        "It is not published: `/postmortem publish INC-7`.",
    ]
    draft.owner_id = "U1"
    assert lifecycle.missing(7, draft, asked, [(2, None, False), (3, "U1", True)]) == [
        "Not reviewed yet by <@U2>.",
        "Action item 2 has no owner and no due date: `/incident task edit 2 INC-7`.",
        "It is not published: `/postmortem publish INC-7`.",
    ]
    draft.state = PostmortemState.PUBLISHED
    assert lifecycle.missing(7, draft, asked, []) == []


def test_files_are_replaced_as_a_whole_and_leave_nothing_beside_them(tmp_path: Path) -> None:
    folder = tmp_path / "INC-7"
    published_files.write(folder, {"postmortem.md": "first\n" * 1000})

    published_files.write(folder, {"postmortem.md": "second\n"})

    assert [file.name for file in folder.iterdir()] == ["postmortem.md"]
    assert (folder / "postmortem.md").read_text() == "second\n"


def test_the_page_shows_text_and_runs_nothing() -> None:
    page = published_files.page(
        "INC-7", "# <b>Title</b>\n\n[a](javascript:x) [b](https://b.example) ![c](https://c.example/p.png)\n"
    )

    assert "&lt;b&gt;Title&lt;/b&gt;" in page
    assert "javascript:x" not in page or 'href="javascript' not in page
    assert '<a href="https://b.example">b</a>' in page
    assert '<a href="https://c.example/p.png">c</a>' in page
    assert "<img" not in page
    assert "default-src 'none'" in page
