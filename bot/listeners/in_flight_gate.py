"""Where envelopes come in: counted while they are dealt with, and left outside once Scribe is stopping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.metrics import ACKNOWLEDGEMENT_SECONDS
from bot.slack.message_events import is_unreadable

log = structlog.get_logger()

Handle = Callable[[SocketModeClient, SocketModeRequest], Awaitable[None]]
EVENTS = "events_api"


class InFlightGate:
    """Hands envelopes to `handle`, which returns when they are acknowledged or will not be.

    Events that come after `close()` are not looked at: un-acknowledged, they come again on another
    connection. Commands and clicks never do, so they are answered for as long as the socket is open.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self.under_way = 0
        """How many envelopes are being dealt with."""
        self.is_open = True
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    async def __call__(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        if not self.is_open and request.type == EVENTS:
            return
        self.under_way += 1
        self._is_empty.clear()
        began = time.monotonic()
        try:
            if request.type == EVENTS and not isinstance(request.payload.get("event"), Mapping):
                # nobody can read it, and Bolt would leave it to come again
                event_id = request.payload.get("event_id")
                log.warning("event.unreadable", event_id=event_id, why="there is no event in it")
                await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
                return
            await self._handle_or_name(client, request)
        finally:
            ACKNOWLEDGEMENT_SECONDS.observe(time.monotonic() - began, request.type)
            self.under_way -= 1
            if not self.under_way:
                self._is_empty.set()

    async def _handle_or_name(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        """Hand it on; an event that Bolt itself cannot read would be the same when it came again."""
        try:
            await self._handle(client, request)
        except Exception as problem:
            if request.type != EVENTS or not is_unreadable(problem):
                raise
            log.warning("event.unreadable", event_id=request.payload.get("event_id"), why=repr(problem))
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    def close(self) -> None:
        """Let no more events in."""
        self.is_open = False

    async def empty(self) -> None:
        """Wait until everything that came in is acknowledged, or will not be."""
        await self._is_empty.wait()
