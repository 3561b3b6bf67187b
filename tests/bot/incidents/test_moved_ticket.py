"""A ticket is noted as closed while its item is opened again: whoever is second sees the first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.action_items.work import reopen
from bot.incidents.tickets.contract import SeenTicket
from bot.incidents.tickets.work import moved
from storage import incidents
from storage.database import Database
from storage.postmortem_tables import ActionItem
from storage.tables import Incident, Intent
from storage.ticket_tables import Ticket
from storage.vocabulary import ActionItemState, IncidentStatus, IntentName

ANA = "U0ANA"
NOW = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
CLOSED = SeenTicket(None, "7", "#7", "https://tracker.test/7", ActionItemState.DONE)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.open()
    async with opened.write() as session:
        session.add(
            Incident(
                team_id="T1",
                number=1,
                channel_id="C1",
                channel_name="ops",
                title="Down",
                status=IncidentStatus.OPEN,
                is_own_channel=False,
                declared_by=ANA,
                declared_at=NOW,
            )
        )
        await session.flush()
        session.add(
            ActionItem(
                incident_id=1,
                number=1,
                text="Add an index",
                state=ActionItemState.DONE,
                added_by=ANA,
                added_at=NOW,
            )
        )
        session.add(
            Ticket(
                incident_id=1,
                number=1,
                tracker="github",
                project="acme/shop",
                marker="m",
                asked_by=ANA,
                asked_at=NOW,
                remote_id="7",
            )
        )
    yield opened
    await opened.close()


async def is_opened_again(session: AsyncSession, incident: Incident) -> None:
    await reopen(session, incident, 1, by=ANA, now=NOW, zone=ZoneInfo("UTC"))


async def is_noted(session: AsyncSession, incident: Incident) -> None:
    await moved(session, incident, 1, CLOSED, now=NOW)


@pytest.mark.parametrize("is_noted_first", [True, False], ids=["noted first", "opened first"])
async def test_the_ticket_is_opened_again_too(database: Database, is_noted_first: bool) -> None:
    first, second = (is_noted, is_opened_again) if is_noted_first else (is_opened_again, is_noted)
    has_acted = asyncio.Event()

    async def acts_and_waits() -> None:
        async with database.write() as session:
            await first(session, await incidents.by_id(session, 1))
            has_acted.set()
            await asyncio.sleep(0.2)  # on PostgreSQL the second is under way by now

    async def acts_meanwhile() -> None:
        await has_acted.wait()
        async with database.write() as session:
            await second(session, await incidents.by_id(session, 1))

    await asyncio.gather(acts_and_waits(), acts_meanwhile())

    async with database.read() as session:
        asked = {intent.kind for intent in await session.exec(select(Intent))}
    assert IntentName.MOVE_TICKET in asked
