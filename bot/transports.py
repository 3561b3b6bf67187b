"""The ways in which requests reach this process: Socket Mode or HTTP, and what it serves on `PORT`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.http.metrics import MetricsPage
from bot.settings import Settings
from bot.slack.readiness import ReadinessCheck
from bot.slack.transport import Take, Transport

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.http.server import HttpServer

HTTP_PORT = 3000
"""What HTTP mode listens on where PORT is not set."""


@dataclass(frozen=True)
class Transports:
    """What Slack's requests come by, and the HTTP server, which in HTTP mode is the same."""

    requests: Transport
    server: HttpServer | None
    on_connected: Callable[[], None]

    async def open(self) -> None:
        """Let requests in."""
        if self.server:
            await self.server.open()
        if self.requests is self.server:
            self.on_connected()  # what was sent while nobody listened may never come again
        else:
            await self.requests.open()

    async def close(self) -> None:
        """Let the replies under way out, and nothing in."""
        await asyncio.gather(*(each.close() for each in {self.requests, self.server} if each))


def transports_for(
    settings: Settings,
    client: AsyncWebClient,
    take: Take,
    *,
    saw: Callable[[Mapping[str, Any]], None],
    on_connected: Callable[[], None],
    readiness: ReadinessCheck,
    metrics: MetricsPage,
    routes: Sequence[BaseRoute] = (),
) -> Transports:
    """What these settings ask for; what is not asked for is not imported. `routes`: what else is served.

    Raises:
        CannotListen: the address of the HTTP server is taken.
    """
    server = None
    if settings.serves_http or settings.port is not None:
        from bot.http.health import health_routes

        server = _server(settings, take, saw, [*health_routes(readiness, metrics), *routes])
    if settings.serves_http and server:
        return Transports(server, server, on_connected)
    from bot.slack.socket_mode import SocketMode

    socket = SocketMode(settings.slack_app_token, client, take, saw=saw, on_hello=on_connected)
    return Transports(socket, server, on_connected)


def _server(
    settings: Settings, take: Take, saw: Callable[[Mapping[str, Any]], None], routes: list[BaseRoute]
) -> HttpServer:
    from starlette.routing import Route

    from bot.http.server import HttpServer
    from bot.http.slack_requests import PATH, SlackRequests

    if settings.serves_http:
        routes.append(Route(PATH, SlackRequests(settings.slack_signing_secret, take, saw=saw)))
    port = HTTP_PORT if settings.port is None else settings.port
    return HttpServer(settings.listen_on, port, routes)
