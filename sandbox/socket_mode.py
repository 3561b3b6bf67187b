"""Socket Mode: connections, and envelopes that travel on them.

Source: docs.slack.dev/apis/events-api/using-socket-mode. An event comes again at once, after a
minute and after five (docs.slack.dev/apis/events-api#retries); scaled short here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable, Sequence

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.deliveries import Deliveries
from sandbox.envelope import Envelope
from sandbox.json_types import JsonObject
from sandbox.socket_connection import Connection

MAX_CONNECTIONS = 10
RETRY_DELAYS = (3.0, 6.0, 12.0)
_TICKET_SECONDS = 30.0


class SocketMode(Deliveries):
    """The workspace's side of Socket Mode.

    Further knobs for tests: `disconnect` and `hang_handshakes`.
    """

    def __init__(
        self,
        app_id: str,
        *,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        now: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(retry_delays, now)
        self._app_id = app_id
        self._connections: list[Connection] = []
        self._tickets: dict[str, float] = {}
        self._turn = 0
        self._connected = asyncio.Event()
        self._hanging = 0

    @property
    def connection_count(self) -> int:
        """How many sockets may receive envelopes now."""
        return len(self._connections)

    @property
    def is_connected(self) -> bool:
        return bool(self._connections)

    def new_ticket(self) -> str:
        """A ticket for opening one socket, within half a minute."""
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = time.monotonic() + _TICKET_SECONDS
        return ticket

    async def wait_connected(self, seconds: float) -> None:
        await asyncio.wait_for(self._connected.wait(), seconds)

    def hang_handshakes(self, count: int = 1) -> None:
        """Never answer the next `count` clients that open a socket; their addresses are used up."""
        self._hanging += count

    def disconnect(self, reason: str = "refresh_requested", *, abruptly: bool = False) -> None:
        """Ask every client to connect anew; abruptly: close the sockets without notice.

        What was not acknowledged comes again on the next connection.
        """
        for connection in list(self._connections):
            self._detach(connection)
            if abruptly:
                connection.close()
            else:
                connection.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {}}))

    def close(self) -> None:
        """End every connection and forget every timer; the workspace goes down."""
        super().close()
        for connection in self._connections:
            connection.close()

    # --- sending --------------------------------------------------------------------------------

    def _can_ask(self) -> bool:
        return bool(self._connections)

    def _deliver(self, envelope: Envelope) -> None:
        if self._is_closed:
            return
        if not self._connections:
            self._waiting.append(envelope)
            return
        self._turn += 1
        connection = self._connections[self._turn % len(self._connections)]
        envelope.sent_to = connection
        self._outstanding[envelope.envelope_id] = envelope
        connection.send(envelope.text())
        if envelope.answer is None:
            if self.on_delivered is not None:
                self.on_delivered(envelope)
            loop = asyncio.get_running_loop()
            retries_left = envelope.attempt < len(self.retry_delays)
            delay = self.retry_delays[envelope.attempt] if retries_left else self.answer_within
            envelope.timer = loop.call_later(delay, self._again, envelope)

    def _again(self, envelope: Envelope) -> None:
        self._outstanding.pop(envelope.envelope_id, None)
        if envelope.attempt >= len(self.retry_delays):
            self.given_up.append(envelope)
            return
        self._redeliver(envelope, "timeout")

    # --- connections ----------------------------------------------------------------------------

    async def serve(self, websocket: WebSocket) -> None:
        """Hold one connection from its handshake to its end; without a fresh ticket it is refused."""
        deadline = self._tickets.pop(websocket.query_params.get("ticket", ""), 0.0)
        if time.monotonic() > deadline or self._is_closed:
            await websocket.close()
            return
        if self._hanging > 0:
            self._hanging -= 1
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await websocket.receive()  # the request itself
                await websocket.receive()  # until the client gives up
            return
        await websocket.accept()
        if len(self._connections) >= MAX_CONNECTIONS:
            await websocket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await websocket.close()
            return
        connection = Connection(websocket)
        connection.send(json.dumps(self._hello()))
        writer = asyncio.create_task(connection.write())
        self._attach(connection)
        try:
            while True:
                self._receive(await websocket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            # Starlette raises RuntimeError when we closed the socket ourselves while reading.
            pass
        finally:
            self._detach(connection)
            connection.close()
            await writer

    def _hello(self) -> JsonObject:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    def _attach(self, connection: Connection) -> None:
        self._connections.append(connection)
        self._connected.set()
        waiting, self._waiting = self._waiting, []
        for envelope in waiting:
            self._deliver(envelope)

    def _detach(self, connection: Connection) -> None:
        if connection not in self._connections:
            return
        self._connections.remove(connection)
        if not self._connections:
            self._connected.clear()
        for envelope in [kept for kept in self._outstanding.values() if kept.sent_to is connection]:
            if envelope.answer is None:
                if envelope.timer is not None:
                    envelope.timer.cancel()
                self._redeliver(envelope, "connection_closed")

    def _receive(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        if not isinstance(frame, dict):
            return
        payload = frame.get("payload")
        self._acknowledge(str(frame.get("envelope_id", "")), payload if isinstance(payload, dict) else {})
