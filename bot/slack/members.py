"""Who is in which channel, asked of Slack when it matters and remembered for a moment alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bot.slack.calls import Slack
from bot.text.well_formed import items, table, text

HOLDS = 10.0
"""Seconds for which an answer stands, so that one list of incidents does not ask twice."""
PAGE = 1000


class Members:
    """The members of channels that Scribe is in, or that are public."""

    def __init__(self, slack: Slack, now: Callable[[], float] = time.monotonic) -> None:
        self._slack = slack
        self._now = now
        self._known: dict[str, tuple[frozenset[str], float]] = {}
        self._asking: dict[str, asyncio.Task[frozenset[str]]] = {}

    async def has(self, channel_id: str, user_id: str) -> bool:
        """Whether somebody is in a channel.

        Raises:
            Refused: Slack does not show this channel to Scribe.
            TryLater: Slack could not be asked.
        """
        return user_id in await self.of(channel_id)

    async def of(self, channel_id: str) -> frozenset[str]:
        """Everybody who is in a channel.

        Raises:
            Refused, TryLater: as `has`.
        """
        members, until = self._known.get(channel_id, (frozenset(), 0.0))
        if self._now() < until:
            return members
        task = self._asking.get(channel_id)
        if task is None:
            task = self._asking[channel_id] = asyncio.create_task(self._ask(channel_id))
            task.add_done_callback(lambda done: self._answered(channel_id, done))
        return await asyncio.shield(task)

    def forget(self, channel_id: str) -> None:
        """Somebody came or went: discard what was read before, or is being read now."""
        self._known.pop(channel_id, None)
        self._asking.pop(channel_id, None)

    def _answered(self, channel_id: str, task: asyncio.Task[frozenset[str]]) -> None:
        is_newest = self._asking.get(channel_id) is task
        if is_newest:
            del self._asking[channel_id]
        if not task.cancelled() and task.exception() is None and is_newest:
            now = self._now()
            self._known = {one: entry for one, entry in self._known.items() if now < entry[1]}
            self._known[channel_id] = task.result(), now + HOLDS

    async def _ask(self, channel_id: str) -> frozenset[str]:
        found: set[str] = set()
        cursor: dict[str, str] = {}
        while True:
            answer = await self._slack.call("conversations_members", channel=channel_id, limit=PAGE, **cursor)
            found.update(text(user_id) for user_id in items(answer.get("members")))
            following = text(table(answer.get("response_metadata")).get("next_cursor"))
            if not following or following == cursor.get("cursor"):
                return frozenset(found)
            cursor = {"cursor": following}
