"""How the SDK's client opens its sockets: a handshake that fails or hangs does not prevent the next one.

`SocketModeClient.connect` tries the same address until it succeeds, and Slack takes an address only once and
only for a while (docs.slack.dev/apis/events-api/using-socket-mode): after one failed handshake the client
would never connect again. Its own session gives a handshake five minutes.
"""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.slack.egress import slack_session

HANDSHAKE_WITHIN = 10.0
"""Seconds in which a socket is open, or is given up."""


class Handshakes:
    """Takes the place of the client's `aiohttp.ClientSession`: what the client uses of it."""

    def __init__(self, client: SocketModeClient) -> None:
        self._client = client
        self._http = slack_session(client.web_client.base_url, within=HANDSHAKE_WITHIN)

    @property
    def closed(self) -> bool:
        return self._http.closed

    async def ws_connect(self, address: str, **options: Any) -> aiohttp.ClientWebSocketResponse:
        """Open a socket; the address of one that does not open is forgotten, so that a new one is asked for.

        Raises:
            aiohttp.ClientError, TimeoutError, OSError: it does not open.
        """
        try:
            socket: aiohttp.ClientWebSocketResponse = await self._http.ws_connect(address, **options)
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._client.wss_uri = None
            raise
        return socket

    async def close(self) -> None:
        await self._http.close()


async def bound_handshakes(client: SocketModeClient) -> None:
    """Make this client open its sockets through `Handshakes`."""
    await client.aiohttp_client_session.close()
    client.aiohttp_client_session = Handshakes(client)  # type: ignore[assignment]  # it uses no more of one
