"""Telling the app's hooks something, one delivery after the other, and keeping what was answered."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import aiohttp

from sandbox.json_types import JsonObject

MOST_KEPT = 20
"""Deliveries that are remembered, the newest."""
LONGEST_ANSWER = 200
WITHIN = 10.0
"""Seconds for one answer, as Alertmanager and GitHub wait."""
Signature: TypeAlias = Callable[[bytes], Mapping[str, str]]
"""The headers by which the app knows whose a body is."""


@dataclass
class Told:
    """A delivery. Without a `status` nobody has answered; `at` is the workspace's time, in UTC."""

    at: datetime
    what: str
    status: int | None = None
    answer: str = ""
    tries: int = 0
    is_over: bool = False


class Hook:
    """One tool's way to the app. What is not taken comes again after each of `repeat_after` seconds.

    A 4xx is never repeated: Alertmanager drops such a notification for good (`notify/webhook`), and GitHub
    repeats nothing at all ("Handling failed webhook deliveries").
    """

    def __init__(
        self,
        name: str,
        sign: Signature,
        *,
        changed: Callable[[], None],
        now: Callable[[], datetime],
        repeat_after: Sequence[float] = (),
    ) -> None:
        self.name = name
        self.url = ""
        """Where the app listens, with a slash at its end; empty as long as it does not."""
        self.told: deque[Told] = deque(maxlen=MOST_KEPT)
        self._sign = sign
        self._changed = changed
        self._now = now
        self._repeat_after = tuple(repeat_after)
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    def tell(self, what: str, body: JsonObject, headers: Mapping[str, str] | None = None) -> Told:
        """Have the app told; `what` says it to people."""
        told = Told(self._now(), what)
        self.told.append(told)
        task = asyncio.create_task(self._deliver(told, json.dumps(body).encode(), headers or {}))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return told

    @property
    def is_busy(self) -> bool:
        """Whether a delivery is under way."""
        return bool(self._tasks)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def _deliver(self, told: Told, body: bytes, headers: Mapping[str, str]) -> None:
        async with self._turn:
            for delay in (*self._repeat_after, None):
                told.tries += 1
                told.status, told.answer = await self._post(body, headers)
                may_repeat = told.status is None or told.status >= 500
                if not may_repeat or delay is None:
                    break
                self._changed()
                await asyncio.sleep(delay)
        told.is_over = True
        self._changed()

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
        if not self.url:
            return None, "The app is not connected."
        if self._http is None:
            self._http = aiohttp.ClientSession()
        sent = {"Content-Type": "application/json", **headers, **self._sign(body)}
        try:
            async with (
                asyncio.timeout(WITHIN),
                self._http.post(
                    f"{self.url}{self.name}", data=body, headers=sent, allow_redirects=False
                ) as answer,
            ):
                said = (await answer.read()).decode("utf-8", "replace").strip()
                return answer.status, said[:LONGEST_ANSWER]
        except TimeoutError:
            return None, f"No answer within {WITHIN:.0f} seconds."
        except (aiohttp.ClientError, OSError):
            return None, "Nobody listens there."
