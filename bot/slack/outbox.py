"""The outbox worker: tells Slack what the record says it must be told.

In order within a lane, lanes side by side. What Slack cannot take now is tried again, after the time Slack
names or a growing pause; what Slack refuses for good is kept with its reason, and the lane goes on.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping

import structlog

from bot.slack.calls import Refused, TryLater
from bot.slack.desk import Desk, Sender
from storage import outbox
from storage.outbox import Waiting

log = structlog.get_logger()

SIDE_BY_SIDE = 12
AT_ONCE = 500
LONGEST_PAUSE = 60.0
MOST_FAILURES = 8
"""Tries of an intent that fails for a reason that is not Slack's: then it is a fault of Scribe's own."""


class OutboxWorker:
    """One per process."""

    def __init__(self, desk: Desk, senders: Mapping[str, Sender]) -> None:
        self._desk = desk
        self._senders = senders
        self._due = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._paused_until: dict[str, float] = {}
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="outbox")

    def wake(self) -> None:
        """There may be something to send."""
        self._due.set()

    async def stop(self) -> None:
        """Let the calls that are under way finish; the rest waits in the outbox for the next start."""
        self._is_stopping = True
        self._due.set()
        if self._task:
            await self._task
        if self._lanes:
            await asyncio.wait(self._lanes.values(), timeout=5)

    async def drained(self) -> bool:
        """Whether nothing waits any more (for tests and a clean end of the demo)."""
        async with self._desk.database.read() as session:
            return not self._lanes and not await outbox.waiting(session, limit=1)

    async def _run(self) -> None:
        self._due.set()
        while not self._is_stopping:
            await self._due.wait()
            self._due.clear()
            try:
                await self._start_lanes()
            except Exception:  # the outermost loop: it must outlive a database that is gone for a while
                log.exception("outbox.unreadable")
                asyncio.get_running_loop().call_later(1.0, self._due.set)

    async def _start_lanes(self) -> None:
        now = time.monotonic()
        self._paused_until = {lane: until for lane, until in self._paused_until.items() if until > now}
        async with self._desk.database.read() as session:
            found = await outbox.waiting(
                session, limit=AT_ONCE, except_lanes=[*self._lanes, *self._paused_until]
            )
        lanes: dict[str, list[Waiting]] = {}
        for intent in found:
            lanes.setdefault(intent.lane, []).append(intent)
        for lane, intents in lanes.items():
            if self._is_stopping:
                return
            self._lanes[lane] = asyncio.create_task(self._send_lane(lane, intents), name=f"lane {lane}")

    async def _send_lane(self, lane: str, intents: list[Waiting]) -> None:
        try:
            for intent in intents:
                async with self._slots:
                    if self._is_stopping:
                        return
                    await self._send(intent)
        except TryLater as trouble:
            await self._pause(lane, intent, trouble)
        except Exception as problem:  # the outermost loop: kept, logged, tried again, then given up
            log.exception("outbox.broken", kind=intent.kind, key=intent.key)
            why = f"{type(problem).__name__}: {problem}"
            if intent.attempts + 1 < MOST_FAILURES:
                await self._pause(lane, intent, TryLater(why))
            else:
                await self._close_failed(intent, why)
        finally:
            self._lanes.pop(lane, None)
            self._due.set()

    async def _send(self, intent: Waiting) -> None:
        try:
            note = await self._senders[intent.kind](self._desk, intent)
        except Refused as refusal:
            log.error("outbox.refused", kind=intent.kind, key=intent.key, why=str(refusal))
            await self._close_failed(intent, str(refusal))
            return
        async with self._desk.database.write() as session:
            if note:
                await note(session)
            await outbox.close_sent(session, intent, self._desk.clock.now())

    async def _close_failed(self, intent: Waiting, why: str) -> None:
        async with self._desk.database.write() as session:
            await outbox.close_failed(session, intent, why)

    async def _pause(self, lane: str, intent: Waiting, trouble: TryLater) -> None:
        pause = trouble.after if trouble.after is not None else _backoff(intent.attempts)
        self._paused_until[lane] = time.monotonic() + pause
        tell = log.info if trouble.is_expected else log.warning
        tell("outbox.later", kind=intent.kind, key=intent.key, why=str(trouble), pause=round(pause, 2))
        asyncio.get_running_loop().call_later(pause + 0.01, self._due.set)
        async with self._desk.database.write() as session:
            await outbox.note_attempt(session, intent, str(trouble))


def _backoff(attempts: int) -> float:
    """Seconds until the next try: doubling from half a second, with jitter so that lanes spread out."""
    return min(0.5 * 2.0 ** min(attempts, 10), LONGEST_PAUSE) * random.uniform(0.7, 1.3)
