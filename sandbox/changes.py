"""Announces what changed in the workspace: the page fetches again what the feed names."""

import asyncio
from collections.abc import AsyncIterator

from sandbox.json_types import JsonObject


class ChangeFeed:
    """Tells every listener about every change, in order, from the moment it started to listen."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[JsonObject | None]] = set()

    def tell(self, kind: str, channel: str | None = None) -> None:
        """Announce a change of one kind: message, reaction, channel, canvas, view, ephemeral, clock or
        tools.
        """
        for listener in self._listeners:
            listener.put_nowait({"type": kind, "channel": channel})

    async def listen(self) -> AsyncIterator[JsonObject]:
        """Every change from now on, until the feed is closed."""
        queue: asyncio.Queue[JsonObject | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while (change := await queue.get()) is not None:
                yield change
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """End every listener's stream."""
        for listener in self._listeners:
            listener.put_nowait(None)
