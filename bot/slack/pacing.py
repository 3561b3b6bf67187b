"""Calling Slack no more often than it allows, so that a burst never runs into a 429.

Per method a log of the last minute: a call takes a place when it is let go, and the place is free again a
minute after its answer came. Slack counted it somewhere between the two, so however it counts (a sliding
window, a fixed one, a bucket of tokens) it never sees more than it allows. What other replicas call, and this
one called before a restart, is known from a table that they share (`bot.slack.shared_pace`); on SQLite there
is none, and a 429 that a restart brings is waited out.

Whoever waits is served by urgency, then first come. The last tenth of a method's minute is kept for the
urgent: what nobody waits for cannot use up the minute of what people wait for.

After a 429 one call asks whether Slack takes the method again; the others wait for its answer, so that Slack
refuses one call at a time, however many wait.
"""

from __future__ import annotations

import asyncio
import math
import time
from bisect import insort
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Self

from bot.slack.limits import Limit, Limits
from bot.slack.shared_pace import SharedPace, SharedPlace
from storage.database import Database
from storage.outbox import URGENT

urgency: ContextVar[int] = ContextVar("urgency", default=URGENT)
"""How urgent this task's calls are (see `storage.outbox`): a listener's own are, the outbox says of its."""

MARGIN = 0.02
"""How much longer than Slack's a window is taken to be, since clocks differ and windows are cut coarsely."""
KEPT_FOR_URGENT = 0.1
ASKED_AGAIN_AFTER = 2.0
"""Seconds after which another call asks, where the one that asks whether a limit is over is not answered."""
MOST_IDLE_CHANNELS = 100
MOST_IN_FLIGHT = 12
"""Requests under way at a time; beyond that Slack is not faster, only the memory fuller."""
MOST_UNHURRIED_IN_FLIGHT = 8
"""Of these, such as nobody waits for: slow confirmations leave room for what is urgent."""


class _Window:
    """The places of one sliding window: at most so many calls in any period of so many seconds."""

    __slots__ = ("_free_at", "_places", "_seconds", "_taken")

    def __init__(self, places: int, seconds: float) -> None:
        self._places = places
        self._seconds = seconds
        self._taken = 0
        self._free_at: deque[float] = deque()

    def free_at(self, now: float, kept: int = 0) -> float:
        """When a place beyond the `kept` ones is free: `now`, later, or inf while an answer decides that."""
        while self._free_at and self._free_at[0] <= now:
            self._free_at.popleft()
        over = self._taken + len(self._free_at) - (self._places - kept)
        if over < 0:
            return now
        return self._free_at[over] if over < len(self._free_at) else math.inf

    def take(self) -> None:
        self._taken += 1

    def leave(self, now: float, *, is_used: bool) -> None:
        self._taken -= 1
        if is_used:
            self._free_at.append(now + self._seconds)

    def is_idle(self, now: float) -> bool:
        return not self._taken and self.free_at(now) <= now and not self._free_at


class Place:
    """The right to make one call now. `leave` must be called once, also when no call was made."""

    __slots__ = ("_channel", "_line", "_shared", "has_waited", "is_used")

    def __init__(self, line: _Line, channel: str | None, *, has_waited: bool) -> None:
        self._line = line
        self._channel = channel
        self._shared: SharedPlace | None = None
        self.has_waited = has_waited
        self.is_used = False
        """Whether Slack may have counted the call."""

    async def share(self, pace: SharedPace) -> None:
        """Wait until the other replicas' calls leave room for this one too."""
        is_urgent = urgency.get() == URGENT
        kept = 0 if is_urgent else self._line.kept
        shared = await pace.take(self._line.method, self._channel, kept=kept, is_urgent=is_urgent)
        self._shared = shared
        self.has_waited = self.has_waited or shared.has_waited

    def fits(self, method: str, channel: str | None) -> bool:
        """Whether this place is one for such a call."""
        return self._line.method == method and self._line.channel_of(channel) == self._channel

    def leave(self) -> None:
        """Give the place back: the answer came, or no call will be made."""
        self._line.leave(self._channel, is_used=self.is_used)
        if self._shared:
            self._shared.leave(is_used=self.is_used)


@dataclass(order=True)
class _Waiter:
    urgency: int
    number: int
    channel: str | None = field(compare=False)
    served: asyncio.Future[None] = field(compare=False)


class _Line:
    """The calls of one method that wait for their turn."""

    def __init__(self, method: str, limit: Limit, scale: float, now: Callable[[], float]) -> None:
        self.method = method
        self._now = now
        self._stretch = (1 + MARGIN) / scale
        self._window = _Window(limit.per_minute, 60 * self._stretch)
        self.kept = int(limit.per_minute * KEPT_FOR_URGENT)
        self._per_second = limit.per_second_in_a_channel
        self._channels: dict[str, _Window] = {}
        self._waiters: list[_Waiter] = []
        self._numbers = count()
        self._paused_until = -math.inf
        self._is_limited = False
        """Whether Slack refused a call, and has not taken one since."""
        self._asked_until = -math.inf
        """While limited: until when the answer of the call that was let go is waited for."""
        self._timer: asyncio.TimerHandle | None = None

    def channel_of(self, channel: str | None) -> str | None:
        """The channel, if it makes a difference to this method."""
        return channel if self._per_second else None

    async def take(self, channel: str | None) -> Place:
        """Wait for a place; a caller that is cancelled meanwhile takes none."""
        channel, level, now = self.channel_of(channel), urgency.get(), self._now()
        if not self._waiters and self._free_at(now, channel, level) <= now:
            self._take(channel)
            return Place(self, channel, has_waited=False)
        waiter = _Waiter(level, next(self._numbers), channel, asyncio.get_running_loop().create_future())
        insort(self._waiters, waiter)
        self._serve()
        try:
            await waiter.served
        except asyncio.CancelledError:
            if waiter.served.cancelled():
                self._waiters.remove(waiter)
            elif not waiter.served.exception():
                self.leave(channel, is_used=False)
            raise
        return Place(self, channel, has_waited=True)

    def leave(self, channel: str | None, *, is_used: bool) -> None:
        now = self._now()
        self._asked_until = -math.inf
        if is_used and self._paused_until <= now:
            self._is_limited = False
        self._window.leave(now, is_used=is_used)
        if channel is not None:
            self._channels[channel].leave(now, is_used=is_used)
        self._serve()

    def pause(self, seconds: float) -> None:
        """Block this method for `seconds`, then let one call go, and the others when Slack took it."""
        self._is_limited = True
        self._paused_until = max(self._paused_until, self._now() + seconds)
        self._serve()

    def turn_away(self, problem: Callable[[], Exception]) -> None:
        """Raise `problem` in every caller that waits for a place."""
        for waiter in self._waiters:
            if not waiter.served.done():
                waiter.served.set_exception(problem())
        self._waiters = [waiter for waiter in self._waiters if waiter.served.cancelled()]

    def _free_at(self, now: float, channel: str | None, level: int) -> float:
        in_all = self._window.free_at(now, 0 if level == URGENT else self.kept)
        return max(in_all, self._free_in_channel(now, channel), self._paused_until, self._asked_until)

    def _free_in_channel(self, now: float, channel: str | None) -> float:
        window = self._channels.get(channel) if channel is not None else None
        return window.free_at(now) if window else now

    def _take(self, channel: str | None) -> None:
        self._window.take()
        if self._is_limited:
            self._asked_until = self._now() + ASKED_AGAIN_AFTER
        if channel is not None and self._per_second:
            if len(self._channels) >= MOST_IDLE_CHANNELS:
                self._forget_idle()
            window = self._channels.setdefault(channel, _Window(self._per_second, self._stretch))
            window.take()

    def _forget_idle(self) -> None:
        now = self._now()
        self._channels = {name: window for name, window in self._channels.items() if not window.is_idle(now)}

    def _serve(self) -> None:
        """Give places to the calls that may be made now, and look again when the next one may be."""
        if not self._waiters:
            return
        now = self._now()
        staying: list[_Waiter] = []
        next_at = math.inf
        for number, waiter in enumerate(self._waiters):
            if waiter.served.done():
                staying.append(waiter)  # cancelled: it removes itself
                continue
            free_at = self._free_at(now, waiter.channel, waiter.urgency)
            if free_at <= now:
                self._take(waiter.channel)
                waiter.served.set_result(None)
                continue
            next_at = min(next_at, free_at)
            staying.append(waiter)
            if self._free_in_channel(now, waiter.channel) <= now:
                staying += self._waiters[number + 1 :]  # the method itself is exhausted, for all behind too
                break
        self._waiters = staying
        self._wake_at(next_at)

    def _wake_at(self, at: float) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if at < math.inf:
            delay = max(at - self._now(), 0.0)
            self._timer = asyncio.get_running_loop().call_later(delay, self._serve)


class Pace:
    """One workspace's pace: a line for each method.

    `scale` is how many times faster than Slack's limits (a sandbox can be as fast); `now` is monotonic, in
    seconds, and the time the running event loop goes by.
    """

    def __init__(self, limits: Limits, scale: float = 1.0, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._scale = scale
        self._now = now
        self._lines: dict[str, _Line] = {}
        self.shared: SharedPace | None = None

    async def take(self, method: str, channel: str | None = None) -> Place:
        """Wait until this method may be called, as urgently as `urgency` says. `method` as Slack names it."""
        place = await self._line(method).take(channel)
        if self.shared:
            try:
                await place.share(self.shared)
            except BaseException:
                place.leave()
                raise
        return place

    def share(self, database: Database, team_id: str) -> None:
        """From now on keep this pace together with the other replicas on the database, if it can have any."""
        if not database.is_sqlite:
            self.shared = SharedPace(database, team_id, self._limits, (1 + MARGIN) / self._scale)

    def pause(self, method: str, seconds: float) -> None:
        """Block a method for so many seconds, as Slack's Retry-After asks: real seconds at any scale."""
        self._line(method).pause(seconds)
        if self.shared:
            self.shared.pause(method, seconds)

    def turn_away(self, problem: Callable[[], Exception]) -> None:
        """Raise `problem` in every caller that waits for a place."""
        for line in self._lines.values():
            line.turn_away(problem)
        if self.shared:
            self.shared.turn_away(problem)

    def _line(self, method: str) -> _Line:
        line = self._lines.get(method)
        if line is None:
            line = self._lines[method] = _Line(method, self._limits.of(method), self._scale, self._now)
        return line


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


class Turn:
    """Takes a place before what is to be sent is read: `async with slack.turn(method): …`.

    The first call of that method inside uses it; if there is none, the place is given back on leaving.
    """

    def __init__(self, pace: Pace, method: str, channel: str | None) -> None:
        self._pace = pace
        self._method = method
        self._channel = channel
        self._place: Place | None = None
        self._outer: Turn | None = None
        self.has_waited = False
        """Whether time has passed meanwhile, so that what was read before may be old."""

    async def __aenter__(self) -> Self:
        self._place = await self._pace.take(self._method, self._channel)
        self.has_waited = self._place.has_waited
        self._outer = _turn.get()
        _turn.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _turn.set(self._outer)
        if self._place:
            self._place.leave()
            self._place = None

    def _hand_over(self, pace: Pace, method: str, channel: str | None) -> Place | None:
        place = self._place
        if place is None or pace is not self._pace or not place.fits(method, channel):
            return None
        self._place = None
        return place

    @classmethod
    def place_for(cls, pace: Pace, method: str, channel: str | None) -> Place | None:
        """The place for such a call that a `Turn` has taken in this task, if any."""
        turn = _turn.get()
        while turn is not None:
            place = turn._hand_over(pace, method, channel)
            if place:
                return place
            turn = turn._outer
        return None


class Slots:
    """Requests under way at a time."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(MOST_IN_FLIGHT)
        self._unhurried = asyncio.Semaphore(MOST_UNHURRIED_IN_FLIGHT)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for one of them, as urgently as `urgency` says."""
        if urgency.get() == URGENT:
            async with self._all:
                yield
        else:
            async with self._unhurried, self._all:
                yield
