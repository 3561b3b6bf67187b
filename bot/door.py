"""Where envelopes come in: counted while they are dealt with, and left outside once Scribe is stopping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

Handle = Callable[[SocketModeClient, SocketModeRequest], Awaitable[None]]


class Door:
    """Hands envelopes to `handle`, which returns when they are acknowledged or will not be.

    What comes after `close()` is not looked at: un-acknowledged, it comes again on another connection.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._under_way = 0
        self._is_open = True
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    async def __call__(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        if not self._is_open:
            return
        self._under_way += 1
        self._is_empty.clear()
        try:
            await self._handle(client, request)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._is_empty.set()

    def close(self) -> None:
        """Let nothing more in."""
        self._is_open = False

    async def empty(self) -> None:
        """Wait until everything that came in is acknowledged, or will not be."""
        await self._is_empty.wait()
