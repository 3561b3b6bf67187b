"""Requests by Socket Mode: over sockets that Scribe opens to Slack."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.handshakes import bound_handshakes
from bot.slack.transport import SlackRequest, Take, payload_of

PING_EVERY = 10.0


class SocketMode:
    """Scribe's end of Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode).

    `saw` is shown every frame before it is dealt with; `on_hello` is called at each new connection, since
    something may have been missed before it.
    """

    def __init__(
        self,
        app_token: str,
        web_client: AsyncWebClient,
        take: Take,
        *,
        saw: Callable[[Mapping[str, Any]], None],
        on_hello: Callable[[], None],
    ) -> None:
        self._take = take
        self._saw = saw
        self._on_hello = on_hello
        self._client = SocketModeClient(
            app_token,
            logger=logging.getLogger("slack_bolt"),
            web_client=web_client,
            ping_interval=PING_EVERY,
        )
        hear: Any = self._client  # its listeners are typed for every kind of client
        hear.message_listeners.append(self._on_frame)
        hear.socket_mode_request_listeners.append(self._on_request)

    async def open(self) -> None:
        """Open a socket; from then on the client renews it by itself."""
        await bound_handshakes(self._client)
        await self._client.connect()  # type: ignore[no-untyped-call]  # the SDK does not type it

    async def is_open(self) -> bool:
        return await self._client.is_connected()

    async def close(self) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]  # the SDK does not type it

    async def _on_frame(self, client: SocketModeClient, frame: dict[str, Any], raw: str | None) -> None:
        self._saw(frame)
        if frame.get("type") == "hello":
            self._on_hello()

    async def _on_request(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        async def reply(response: BoltResponse | None) -> None:
            if response is not None and response.status == 200:
                answer = SocketModeResponse(request.envelope_id, payload_of(response))
                await client.send_socket_mode_response(answer)

        await self._take(SlackRequest(request.type, request.payload), reply)
