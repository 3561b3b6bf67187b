"""Where requests come in: counted while they are dealt with, and left outside once Scribe is stopping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from slack_bolt.response import BoltResponse
from structlog.contextvars import bound_contextvars

from bot.metrics import ACKNOWLEDGEMENT_SECONDS
from bot.slack.message_events import is_unreadable
from bot.slack.transport import Reply, SlackRequest
from bot.tracing import span

log = structlog.get_logger()

Dispatch = Callable[[SlackRequest], Awaitable[BoltResponse]]


class InFlightGate:
    """Has requests dealt with and replies to them: a `bot.slack.transport.Take`.

    Events that come after `close()` are not looked at: un-acknowledged, they come again. Commands and clicks
    never do, so they are answered for as long as they can reach Scribe.
    """

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self.under_way = 0
        """How many requests are being dealt with."""
        self.is_open = True
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    async def __call__(self, request: SlackRequest, reply: Reply) -> None:
        if not self.is_open and request.is_event:
            await reply(None)
            return
        self.under_way += 1
        self._is_empty.clear()
        began = time.monotonic()
        try:
            with bound_contextvars(**_named(request)), span("slack.request", type=request.type):
                await reply(await self._answer(request))
        finally:
            ACKNOWLEDGEMENT_SECONDS.observe(time.monotonic() - began, request.type)
            self.under_way -= 1
            if not self.under_way:
                self._is_empty.set()

    async def _answer(self, request: SlackRequest) -> BoltResponse:
        """What it is answered; an event that Bolt itself cannot read would be the same when it came again."""
        why: str | Exception = "there is no event in it"
        if not request.is_event or isinstance(request.body.get("event"), Mapping):
            try:
                return await self._dispatch(request)
            except Exception as problem:
                if not request.is_event or not is_unreadable(problem):
                    raise
                why = problem
        log.warning("event.unreadable", event_id=request.body.get("event_id"), why=why)
        return BoltResponse(status=200)

    def close(self) -> None:
        """Let no more events in."""
        self.is_open = False

    async def empty(self) -> None:
        """Wait until everything that came in is acknowledged, or will not be."""
        await self._is_empty.wait()


def _named(request: SlackRequest) -> dict[str, str]:
    """What every line of the log about a request says of it: Slack's ids, and no words."""
    body = request.body
    event, channel = body.get("event"), body.get("channel")
    named = {
        "request": request.type,
        "event_id": body.get("event_id"),
        "command": body.get("command"),
        "channel": body.get("channel_id")
        or (event.get("channel") if isinstance(event, Mapping) else None)
        or (channel.get("id") if isinstance(channel, Mapping) else None),
    }
    return {name: value for name, value in named.items() if isinstance(value, str)}
