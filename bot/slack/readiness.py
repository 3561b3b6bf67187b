"""Whether Scribe can do its work now: what `/readyz` tells."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from bot.clock import Clock
from bot.incidents.message_events import MessageEvent
from storage import outbox
from storage.database import CANNOT_OPEN, Database
from storage.recorder import Recorder

ASKED_EVERY = 1.0
"""Seconds that an answer holds, so that nobody who asks keeps the database busy."""
DATABASE_WITHIN = 2.0


@dataclass(frozen=True)
class Readiness:
    """What was found; ages in seconds. None: the database did not say.

    Only what another replica may be better at makes one not ready: where Slack's Web API is down, requests
    are still taken and recorded, and a full outbox is no reason to take none.
    """

    is_stopping: bool
    is_database_there: bool
    is_connected: bool
    slack_unreachable_for: float
    outbox_waiting: int | None
    outbox_oldest: float | None
    recorder_waiting: int
    recorder_oldest: float
    is_recorder_full: bool

    @property
    def is_ready(self) -> bool:
        can_take = self.is_connected and not self.is_stopping
        return can_take and self.is_database_there and not self.is_recorder_full


class ReadinessCheck:
    """Asks the parts of a Scribe that runs.

    `teams`: the workspaces whose outbox counts, None for all; `unreachable_for`: for how many seconds Slack
    has answered no call; `is_connected`: whether requests can come in.
    """

    def __init__(
        self,
        database: Database,
        recorder: Recorder[MessageEvent],
        clock: Clock,
        *,
        teams: Callable[[], Collection[str] | None],
        unreachable_for: Callable[[], float],
        is_connected: Callable[[], Awaitable[bool]],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._database = database
        self._recorder = recorder
        self._teams = teams
        self._unreachable_for = unreachable_for
        self._clock = clock
        self._is_connected = is_connected
        self._is_stopping = is_stopping
        self._asking = asyncio.Lock()
        self._read_at = -math.inf
        self._depth: outbox.Depth | None = None

    async def read(self) -> Readiness:
        """How it is now; of the database, how it was within the last second."""
        async with self._asking:
            if time.monotonic() - self._read_at > ASKED_EVERY:
                self._depth = await self._asked_depth()
                self._read_at = time.monotonic()
        depth, oldest = self._depth, None
        if depth is not None:
            since = depth.oldest_asked_at
            oldest = max((self._clock.now() - since).total_seconds(), 0.0) if since else 0.0
        return Readiness(
            is_stopping=self._is_stopping(),
            is_database_there=depth is not None,
            is_connected=await self._is_connected(),
            slack_unreachable_for=self._unreachable_for(),
            outbox_waiting=depth.waiting if depth else None,
            outbox_oldest=oldest,
            recorder_waiting=self._recorder.waiting,
            recorder_oldest=self._recorder.oldest_waiting,
            is_recorder_full=self._recorder.is_full,
        )

    async def _asked_depth(self) -> outbox.Depth | None:
        try:
            async with asyncio.timeout(DATABASE_WITHIN), self._database.read() as session:
                return await outbox.depth(session, self._teams())
        except (TimeoutError, *CANNOT_OPEN):
            return None
