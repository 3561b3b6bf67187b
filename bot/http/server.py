"""The HTTP server: what is served on `PORT`."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.http.bounded_protocol import BoundedProtocol
from bot.slack.transport import CannotListen

KEPT_FOR = 75
"""Seconds that an idle connection is kept: longer than load balancers keep theirs (60 s), since a request
that comes while its connection is being closed is lost."""
MOST_HEADER_BYTES = 32 * 1024
ANSWERS_WITHIN = 1
"""Seconds a stop waits for answers that are being sent."""


class HttpServer:
    """A `bot.slack.transport.Transport` that serves these routes.

    Its address is taken at once, and listened on from `open`.

    Raises:
        CannotListen: somebody else has it, or only an administrator may.
    """

    def __init__(self, host: str, port: int, routes: Sequence[BaseRoute]) -> None:
        self._listener = _bound(host, port)
        number = self._listener.getsockname()[1]
        self.url = f"http://[{host}]:{number}/" if ":" in host else f"http://{host}:{number}/"
        """Where it listens; of port 0 the system makes one that is free."""
        config = uvicorn.Config(
            Starlette(routes=routes),
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=MOST_HEADER_BYTES,
            timeout_keep_alive=KEPT_FOR,
            timeout_graceful_shutdown=ANSWERS_WITHIN,
        )
        config.load()
        self._server = uvicorn.Server(config)
        # not `serve`: it would take over the process's signal handlers
        self._server.lifespan = config.lifespan_class(config)

    async def open(self) -> None:
        await self._server.startup(sockets=[self._listener])

    async def is_open(self) -> bool:
        return self._server.started

    async def close(self) -> None:
        """Let the answers under way out, then close every connection."""
        if self._server.started:
            self._server.started = False
            await self._server.shutdown(sockets=[self._listener])
        self._listener.close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # by its protocol asyncio knows that an answer must not wait for an acknowledgement (TCP_NODELAY)
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise CannotListen(
            f"Scribe cannot listen on {host} port {port} ({problem.strerror}). Set PORT to another port, or "
            "LISTEN_ON to an address of this machine."
        ) from problem
    return listener
