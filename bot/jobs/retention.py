"""Forgetting, once a day, what is older than `RETENTION_DAYS` and on nobody's record; deploys after two days.

Deleting twice deletes once, so several replicas may each do it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock, ts_of
from bot.incidents.deploys import REMEMBERED
from storage import alerts, audit, deploys, installations, retention
from storage.database import Database
from storage.teams import EVERY_TEAM, Teams

log = structlog.get_logger()

SWEEP_EVERY = 86_400.0
"""Seconds between two sweeps."""
DELIVERED_TWICE_WITHIN = timedelta(days=1)
AT_ONCE = 500
"""Messages per transaction, so that nobody waits for it."""


class Retention:
    """One per process; `days` 0 keeps everything.

    `own`: other days, by the id of a workspace, or of an organization for all of its that are not named.
    """

    def __init__(
        self, database: Database, clock: Clock, days: int, own: Mapping[str, int] | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self._own = own or {}

    async def sweep(self) -> None:
        """Forget, a few rows per transaction, until nothing old is left."""
        now = self._clock.now()
        async with self._database.write() as session:
            await retention.forget_deliveries(session, now - DELIVERED_TWICE_WITHIN)
            await deploys.forget(session, now - REMEMBERED)
        forgotten = 0
        for days, teams in await self._kept():
            if days:
                forgotten += await self._forget(now - timedelta(days=days), teams)
        if forgotten:
            log.info("retention.forgotten", messages=forgotten)

    async def _kept(self) -> Sequence[tuple[int, Teams]]:
        """For how many days what is kept, and of which workspaces."""
        if not self._own:
            return [(self._days, EVERY_TEAM)]
        async with self._database.read() as session:
            organizations = await installations.organizations(session)
        of_organization = {
            team_id: self._own[organization_id]
            for team_id, organization_id in organizations.items()
            if organization_id in self._own
        }
        days_of = {**of_organization, **self._own}
        groups = [
            (days, Teams(frozenset(one for one in days_of if days_of[one] == days), is_all_but=False))
            for days in sorted(set(days_of.values()))
        ]
        return [*groups, (self._days, Teams(frozenset(days_of)))]

    async def _forget(self, oldest: datetime, of: Teams) -> int:
        """Forget what is older; how many messages that were."""
        async with self._database.write() as session:
            await retention.forget_sent(session, oldest, of=of)
            await retention.forget_threads(session, oldest, of=of)
            await audit.forget(session, oldest, of=of)
            await alerts.forget(session, oldest, of=of)
        forgotten = 0
        while True:
            async with self._database.write() as session:
                some = await retention.forget_messages(session, ts_of(oldest), limit=AT_ONCE, of=of)
            forgotten += some
            if some < AT_ONCE:
                return forgotten
