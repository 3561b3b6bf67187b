"""HTTP connections none of which waits without an end for its client.

uvicorn waits for ever for headers and for an answer to be read, and holds any number of connections.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = 10.0
"""Seconds from a connection, or from a request's first byte, to the end of its headers."""
READ_WITHIN = 10.0
"""Seconds within which a client takes what waits to be sent to it."""
MOST_CONNECTIONS = 500
"""A further one is cut: each needs a file descriptor, of which the database needs some too."""


class BoundedProtocol(H11Protocol):
    """One connection; a client that is too slow is cut off."""

    _headers_by: asyncio.TimerHandle | None = None
    _read_by: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._headers_by = self.loop.call_later(HEADERS_WITHIN, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_by = _ended(self._headers_by)
        self._read_by = _ended(self._read_by)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._headers_by = _ended(self._headers_by)
        elif self._headers_by is None:
            self._headers_by = self.loop.call_later(HEADERS_WITHIN, self.transport.abort)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._read_by = self.loop.call_later(READ_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        self._read_by = _ended(self._read_by)
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        self.transport.abort()


def _ended(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    if timer is not None:
        timer.cancel()
    return None
