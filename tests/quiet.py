"""Knowing, instead of guessing by the clock, when everything that runs in this process is done."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

from sandbox.server import Sandbox as Workspace
from tests.until import PATIENCE

SOON = 0.1
"""Seconds; a timer that is due sooner belongs to what is being done."""
ARRIVES_WITHIN = 0.005
"""Seconds after which what one end of a local connection sent has reached the other end."""


class QuietLoop(asyncio.SelectorEventLoop):
    """An event loop that can say when nothing can run in it any more."""

    def __init__(self) -> None:
        self._awaited: list[asyncio.Future[None]] = []
        self._threads = 0
        super().__init__(_Listening(self))

    async def quiet(self) -> None:
        """Wait until no callback is ready, no socket has data, no thread works and no timer is due soon."""
        told: asyncio.Future[None] = self.create_future()
        self._awaited.append(told)
        await told

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        under_way = super().run_in_executor(executor, func, *args)
        self._threads += 1
        under_way.add_done_callback(self._thread_ended)
        return under_way

    def _thread_ended(self, _: asyncio.Future[Any]) -> None:
        self._threads -= 1

    def may_be_quiet(self, timeout: float | None) -> bool:
        """Whether somebody wants to know, and only sockets are left to be looked at."""
        return bool(self._awaited) and not self._threads and (timeout is None or timeout > SOON)

    def tell(self) -> None:
        """It is quiet."""
        awaited, self._awaited = self._awaited, []
        for told in awaited:
            if not told.done():
                told.set_result(None)


class _Listening(selectors.DefaultSelector):
    def __init__(self, loop: QuietLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not self._loop.may_be_quiet(timeout):
            return super().select(timeout)
        events = super().select(ARRIVES_WITHIN)
        if not events:
            self._loop.tell()
        return events


class Sandbox(Workspace):
    """A workspace whose app runs in this process, in the same loop.

    `is_busy` says whether the app has something under way that no loop knows of, as in a database.
    """

    is_busy: Callable[[], bool] = staticmethod(lambda: False)

    async def settled(self, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Wait until everything is acknowledged, every call answered, and nothing under way.

        Raises:
            TimeoutError: the app was still at it after so many seconds.
        """
        loop = asyncio.get_running_loop()
        assert isinstance(loop, QuietLoop)
        async with asyncio.timeout(timeout):
            while True:
                await loop.quiet()
                if not (
                    self.web_api.in_flight
                    or any(one.deliveries.unacknowledged for one in self.workspaces)
                    or self.is_busy()
                ):
                    return
                await asyncio.sleep(0.005)
