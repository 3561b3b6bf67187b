"""A canvas is kept while its incident ends, or its channel is shared: whoever is second sees the first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import channels, live_timeline, status
from bot.incidents.channels import Shown
from bot.incidents.resolve import resolve
from storage import incidents
from storage.database import Database
from storage.surface_tables import LiveTimeline
from storage.tables import Incident, Intent
from storage.vocabulary import IncidentStatus, IntentName

TEAM, CHANNEL, ANA = "T1", "C1", "U0ANA"
NOW = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
Act = Callable[[AsyncSession, Incident], Awaitable[object]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.open()
    async with opened.write() as session:
        session.add(
            Incident(
                team_id=TEAM,
                number=1,
                channel_id=CHANNEL,
                channel_name="ops",
                title="Down",
                status=IncidentStatus.OPEN,
                is_own_channel=False,
                declared_by=ANA,
                declared_at=NOW,
            )
        )
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
    assert IntentName.END_LIVE_TIMELINE in asked
