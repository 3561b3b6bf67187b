"""The pace that replicas keep together: each call takes a place in a table that all of them share.

A replica's own pace comes first (`bot.slack.pacing`): it decides who of its callers goes next. When the
database does not answer, that one alone is kept to: a 429 costs less than a call that is not made.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.limits import Limits
from storage import call_places
from storage.call_places import HELD_FOR, Pacing, Taken
from storage.database import Database, somebody_waits
from storage.trouble import DATABASE_ERRORS

log = structlog.get_logger()
T = TypeVar("T")

ANSWERED_WITHIN = 1.0
"""Seconds that a place is waited for; a press has three until its form must be open."""
ASKED_AGAIN_AFTER = 1.0
"""Seconds after which a place is asked for again at the latest: calls that have ended free none before that
is noted."""
A_MOMENT = 0.005
RENEWED_AFTER = HELD_FOR / 3
NOTED_AFTER = 0.25
"""Seconds after which it is noted that calls have ended, those of a while together."""


class SharedPlace:
    """A place in the shared table, or none where the table could not be asked."""

    def __init__(self, pace: SharedPace, place_id: int | None, *, has_waited: bool = False) -> None:
        self._pace = pace
        self._id = place_id
        self.has_waited = has_waited

    def leave(self, *, is_used: bool) -> None:
        """The call has ended, or none was made."""
        if self._id is not None:
            self._pace.note(self._id, is_used=is_used)


class SharedPace:
    """One workspace's pace, shared with every replica on the same database."""

    def __init__(self, database: Database, team_id: str, limits: Limits, stretch: float) -> None:
        self._database = database
        self._team_id = team_id
        self._limits = limits
        self._stretch = stretch
        self._asking: dict[tuple[str, str | None, bool], asyncio.Lock] = {}
        self._under_way: dict[int, float] = {}
        """The places that are held, and when the table was last told so."""
        self._ended: list[tuple[int, float]] = []
        self._unused: list[int] = []
        self._pauses: dict[str, float] = {}
        self._end: asyncio.Future[Callable[[], Exception]] = asyncio.get_running_loop().create_future()
        self._noting: asyncio.Task[None] | None = None
        self._is_away = False
        self._is_closed = False

    async def take(self, method: str, channel: str | None, *, kept: int, is_urgent: bool) -> SharedPlace:
        """Wait until the replicas together may make this call; callers of a kind ask one by one."""
        kind = (method, channel, is_urgent)
        lock = self._asking.setdefault(kind, asyncio.Lock())
        has_waited = False
        try:
            async with lock:
                while True:
                    taken = await self._ask(method, channel, kept=kept, is_urgent=is_urgent)
                    if taken is None or taken.place_id is not None:
                        place_id = taken.place_id if taken else None
                        if place_id is not None:
                            self._under_way[place_id] = time.monotonic()
                            self._note_soon()
                        return SharedPlace(self, place_id, has_waited=has_waited)
                    has_waited = True
                    await self._sleep(min(taken.after + A_MOMENT, ASKED_AGAIN_AFTER))
        finally:
            if not lock.locked():
                self._asking.pop(kind, None)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            problem = await asyncio.wait_for(asyncio.shield(self._end), seconds)
            raise problem()

    def turn_away(self, problem: Callable[[], Exception]) -> None:
        """Raise `problem` in every caller that waits for a place, or would have to."""
        if not self._end.done():
            self._end.set_result(problem)

    def note(self, place_id: int, *, is_used: bool) -> None:
        """Have it noted soon what became of a place."""
        self._under_way.pop(place_id, None)
        if is_used:
            self._ended.append((place_id, time.monotonic()))
        else:
            self._unused.append(place_id)
        self._note_soon()

    def pause(self, method: str, seconds: float) -> None:
        """Have the other replicas not call a method either for so many seconds."""
        self._pauses[method] = time.monotonic() + seconds
        self._note_soon()

    async def close(self) -> None:
        """Note what is left to note, and nothing after that."""
        self._is_closed = True
        if self._noting:
            self._noting.cancel()
            await asyncio.gather(self._noting, return_exceptions=True)
        if self._has_notes:
            await self._in_transaction(self._write_notes)

    async def _ask(self, method: str, channel: str | None, *, kept: int, is_urgent: bool) -> Taken | None:
        """A place, or when to ask again; None where the table cannot be asked: nobody waits for it."""
        pacing = self._pacing(method)

        async def work(session: AsyncSession) -> Taken:
            await self._write_notes(session)  # first, since they may be of the place that is asked for
            return await call_places.take(session, self._team_id, method, channel, pacing, kept=kept)

        token = somebody_waits.set(is_urgent or somebody_waits.get())
        try:
            return await self._in_transaction(work)
        finally:
            somebody_waits.reset(token)

    async def _in_transaction(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T | None:
        """What `work` finds; None, said once, while the database does not answer in time."""
        try:
            async with asyncio.timeout(ANSWERED_WITHIN), self._database.write() as session:
                found = await work(session)
        except (*DATABASE_ERRORS, TimeoutError) as problem:
            # notes that were on their way are lost: their places are free somewhat later
            if not self._is_away:
                log.warning("pace.alone", team=self._team_id, why=problem)
            self._is_away = True
            return None
        self._is_away = False
        return found

    @property
    def _has_notes(self) -> bool:
        return bool(self._ended or self._unused or self._pauses or self._to_renew())

    def _to_renew(self) -> list[int]:
        told_before = time.monotonic() - RENEWED_AFTER
        return [place_id for place_id, told_at in self._under_way.items() if told_at < told_before]

    async def _write_notes(self, session: AsyncSession) -> None:
        ended, unused, pauses = self._ended, self._unused, self._pauses
        self._ended, self._unused, self._pauses = [], [], {}
        now, renewed = time.monotonic(), self._to_renew()
        self._under_way |= dict.fromkeys(renewed, now)
        noted = [(place_id, now - at) for place_id, at in ended]
        await call_places.settle(session, noted, unused, renewed)
        for method, until in pauses.items():
            await call_places.pause(session, self._team_id, method, self._pacing(method), until - now)

    def _note_soon(self) -> None:
        if not self._noting and not self._is_closed:
            self._noting = asyncio.create_task(self._note_later(), name="pace")

    async def _note_later(self) -> None:
        try:
            while self._has_notes or self._under_way:
                await asyncio.sleep(NOTED_AFTER)
                if self._has_notes:
                    await self._in_transaction(self._write_notes)
        finally:
            self._noting = None

    def _pacing(self, method: str) -> Pacing:
        limit = self._limits.of(method)
        return Pacing(
            limit.per_minute, 60 * self._stretch, limit.per_second_in_a_channel, channel_window=self._stretch
        )
