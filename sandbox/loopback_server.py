"""A web server on 127.0.0.1 in the loop of whoever starts it: what every service here listens by."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Literal

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

ENDS_WITHIN = 2.0
"""Seconds that answers under way have when it is closed."""
_POLL_SECONDS = 0.002


class LoopbackServer:
    """Serves these routes between `open` and `close`.

    Args:
        port: 0 lets the system choose one.
        ws: how WebSockets are spoken, if they are.
    """

    def __init__(
        self, routes: Sequence[BaseRoute], *, port: int = 0, ws: Literal["none", "websockets-sansio"] = "none"
    ) -> None:
        self._port = port
        config = uvicorn.Config(
            Starlette(routes=routes),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws=ws,
            ws_per_message_deflate=False,
        )
        config.load()
        self._server = uvicorn.Server(config)
        # not `serve`: it would take over the process's signal handlers and its loop's idle time
        self._server.lifespan = config.lifespan_class(config)
        self._listener: socket.socket | None = None

    async def open(self) -> str:
        """Start to listen; the address, without a slash at its end.

        Raises:
            OSError: the port is taken.
        """
        # by its protocol asyncio knows that an answer must not wait for an acknowledgement (TCP_NODELAY)
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", self._port))
        except OSError:
            listener.close()
            raise
        await self._server.startup(sockets=[listener])
        self._listener = listener
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def close(self) -> None:
        """Stop to listen, and close every connection once it has its answer; cancel what takes too long."""
        if self._listener is None:
            return
        state = self._server.server_state
        for server in self._server.servers:
            server.close()
        self._listener.close()
        for connection in list(state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(ENDS_WITHIN):
                while state.connections or state.tasks:  # noqa: ASYNC110  (uvicorn tells nobody)
                    await asyncio.sleep(_POLL_SECONDS)
                for server in self._server.servers:
                    await server.wait_closed()
        except TimeoutError:
            for task in state.tasks:
                task.cancel()
