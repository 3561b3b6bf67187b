"""Deliveries of alerts that come at once are put on the record together: one by one a storm takes long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.incidents.actions.alerts import Taken, take_alerts
from bot.incidents.alerts import Incoming
from bot.incidents.attempt import is_away
from bot.incidents.unit_of_work import UnitOfWork

MOST_TOGETHER = 200
"""Deliveries in one transaction."""


@dataclass
class _Waiting:
    told: Sequence[Incoming]
    taken: asyncio.Future[Taken] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class AlertIntake:
    """One per process; `take` returns when the alerts of a delivery are committed."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, told: Sequence[Incoming]) -> Taken:
        """What came of a delivery; what failed raises its own failure and nobody else's.

        Cancelled before it is being written it is not written; after that it may be, and counts once when it
        comes again.
        """
        entry = _Waiting(told)
        self._waiting.append(entry)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await entry.taken

    async def _write(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            await self._write_or_split([one for one in some if not one.taken.done()])

    async def _write_or_split(self, some: Sequence[_Waiting]) -> None:
        if not some:
            return
        try:
            taken = await take_alerts(self._work, [incoming for one in some for incoming in one.told])
        except Exception as problem:  # noqa: BLE001  (each failure goes to the one whose delivery failed)
            if len(some) > 1 and not is_away(problem):
                for one in some:
                    await self._write_or_split([one])
                return
            for one in some:
                if not one.taken.done():
                    one.taken.set_exception(problem)
        else:
            for one in some:
                if not one.taken.done():
                    one.taken.set_result(taken.of(one.told))
