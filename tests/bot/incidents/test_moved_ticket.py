"""A ticket is noted as closed while its item is opened again: whoever is second sees the first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.action_items.work import reopen
from bot.incidents.tickets.contract import SeenTicket
from bot.incidents.tickets.work import moved
from storage.database import Database
from storage.postmortem_tables import ActionItem
from storage.tables import Incident
from storage.ticket_tables import Ticket
from storage.vocabulary import ActionItemState, IntentName
from tests.bot.incidents.overlapping import ANA, NOW, open_incident, overlapping

CLOSED = SeenTicket(None, "7", "#7", "https://tracker.test/7", ActionItemState.DONE)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.open()
    async with opened.write() as session:
        session.add(open_incident())
        await session.flush()
        item = {"incident_id": 1, "number": 1}
        done = ActionItemState.DONE
        session.add(ActionItem(**item, text="Add an index", state=done, added_by=ANA, added_at=NOW))
        filed = {"tracker": "github", "project": "acme/shop", "marker": "m", "remote_id": "7"}
        session.add(Ticket(**item, **filed, asked_by=ANA, asked_at=NOW))
    yield opened
    await opened.close()


async def is_opened_again(session: AsyncSession, incident: Incident) -> None:
    await reopen(session, incident, 1, by=ANA, now=NOW, zone=ZoneInfo("UTC"))


async def is_noted(session: AsyncSession, incident: Incident) -> None:
    await moved(session, incident, 1, CLOSED, now=NOW)


@pytest.mark.parametrize("is_noted_first", [True, False], ids=["noted first", "opened first"])
async def test_the_ticket_is_opened_again_too(database: Database, is_noted_first: bool) -> None:
    first, second = (is_noted, is_opened_again) if is_noted_first else (is_opened_again, is_noted)

    assert IntentName.MOVE_TICKET in await overlapping(database, first, second)
