"""A canvas is kept while its incident ends, or its channel is shared: whoever is second sees the first."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import channels, live_timeline, status
from bot.incidents.channels import Shown
from bot.incidents.resolve import resolve
from storage.database import Database
from storage.surface_tables import LiveTimeline
from storage.tables import Incident
from storage.vocabulary import IntentName
from tests.bot.incidents.overlapping import ANA, CHANNEL, NOW, TEAM, Act, open_incident, overlapping


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.open()
    async with opened.write() as session:
        session.add(open_incident())
    yield opened
    await opened.close()


async def is_cancelled(session: AsyncSession, incident: Incident) -> None:
    await status.cancel(session, incident, by=ANA, now=NOW)


async def is_resolved(session: AsyncSession, incident: Incident) -> None:
    await resolve(session, incident, by=ANA, conclusion="Done", response_url=None, now=NOW)


async def is_shared(session: AsyncSession, incident: Incident) -> None:
    await channels.seen(session, TEAM, CHANNEL, Shown(ANA, is_ext_shared=True), now=NOW)


async def keeps(session: AsyncSession, incident: Incident) -> None:
    found = LiveTimeline(incident_id=incident.pk, canvas_id="F1", digest="d", written_at=NOW)
    await live_timeline.keep(session, found, now=NOW)


@pytest.mark.parametrize("ends", [is_cancelled, is_resolved, is_shared])
@pytest.mark.parametrize("is_kept_first", [True, False], ids=["kept first", "ended first"])
async def test_it_goes_whichever_comes_first(database: Database, ends: Act, is_kept_first: bool) -> None:
    first, second = (keeps, ends) if is_kept_first else (ends, keeps)

    asked = await overlapping(database, first, second)

    assert IntentName.END_LIVE_TIMELINE in asked
