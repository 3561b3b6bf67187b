"""Two transactions about one incident that overlap: on PostgreSQL neither sees what is not committed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import incidents
from storage.database import Database
from storage.tables import Incident, Intent
from storage.vocabulary import IncidentStatus

TEAM, CHANNEL, ANA = "T1", "C1", "U0ANA"
NOW = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
Act = Callable[[AsyncSession, Incident], Awaitable[object]]


def open_incident() -> Incident:
    return Incident(
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


async def overlapping(database: Database, first: Act, second: Act) -> set[str]:
    """The second begins while the first has acted and not committed; the kinds of what is asked for then."""
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
        return {intent.kind for intent in await session.exec(select(Intent))}
