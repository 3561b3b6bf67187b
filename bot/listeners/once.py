"""A command that is delivered twice is done once, and answered twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.listeners.requests import Answer

REMEMBERED = 2_000


class OncePerDelivery:
    """What this process was asked lately, by Slack's `trigger_id`, which names one interaction.

    So a copy gets the same answer; that it changes nothing, here or elsewhere, `attempt.written` sees to.

    A copy that arrives while the first is still at work waits for its answer; one that failed may be done
    again.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[str, asyncio.Future[Answer | None]] = OrderedDict()

    async def __call__(self, trigger_id: str, work: Callable[[], Awaitable[Answer | None]]) -> Answer | None:
        """The answer to this interaction, made by `work` unless it was made before."""
        if not trigger_id:
            return await work()
        standing = self._answers.get(trigger_id)
        if standing is not None:
            return await asyncio.shield(standing)
        answer = self._answers[trigger_id] = asyncio.ensure_future(work())
        answer.add_done_callback(lambda done: self._settle(trigger_id, done))
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return await asyncio.shield(answer)

    def _settle(self, trigger_id: str, done: asyncio.Future[Answer | None]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._answers.pop(trigger_id, None)
