"""Socket Mode: connections, envelopes, acknowledgements, and what happens without them.

Source: docs.slack.dev/apis/events-api/using-socket-mode. Events that are not acknowledged within
3 seconds come again, up to three times (docs.slack.dev/apis/events-api#retries: at once, after a
minute, after five minutes; scaled short here). Commands and interactions never come again.
"""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable, Sequence

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.json_types import JsonObject
from sandbox.socket_connection import Connection, Envelope

MAX_CONNECTIONS = 10
RETRY_DELAYS = (3.0, 6.0, 12.0)
_TICKET_SECONDS = 30.0


class NotConnectedError(Exception):
    """No client is connected to which a command or an interaction could be sent."""


class NotAcknowledgedError(Exception):
    """A command or an interaction was not acknowledged in time."""


class SocketMode:
    """The workspace's side of Socket Mode.

    Knobs for tests: `retry_delays` (seconds until an un-acknowledged event comes again, one per
    retry), `answer_within` (seconds a command or interaction may take; Slack's 3), `duplicate`,
    `reorder`, `lose`, `lose_acknowledgements`, `give_up`, `calm`, `duplicate_asks`, `disconnect` and
    `hang_handshakes`.
    `on_published` is called with the payload of every event, also of those that are then lost; `on_delivered`
    with every envelope of an event that is sent, and `on_acknowledged` with each that is acknowledged.
    """

    def __init__(
        self,
        app_id: str,
        *,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        now: Callable[[], str] | None = None,
    ) -> None:
        self._now = now
        self.retry_delays = tuple(retry_delays)
        self.answer_within = 3.0
        self.given_up: list[Envelope] = []
        self.on_published: Callable[[JsonObject], None] | None = None
        self.on_delivered: Callable[[Envelope], None] | None = None
        self.on_acknowledged: Callable[[Envelope], None] | None = None
        self._app_id = app_id
        self._connections: list[Connection] = []
        self._outstanding: dict[str, Envelope] = {}
        self._waiting: list[Envelope] = []
        self._tickets: dict[str, float] = {}
        self._turn = 0
        self._duplicates = 0
        self._duplicate_asks = 0
        self._last_asked: tuple[str, JsonObject] | None = None
        self.asked_twice: set[str] = set()
        """The trigger ids of commands and interactions that went out in two copies."""
        self._losses = 0
        self._lost_acknowledgements = 0
        self._held: list[Envelope] = []
        self._hold = 0
        self._connected = asyncio.Event()
        self._hanging = 0
        self._is_closed = False

    @property
    def connection_count(self) -> int:
        """How many sockets may receive envelopes now."""
        return len(self._connections)

    @property
    def unacknowledged(self) -> list[Envelope]:
        """Envelopes that are with the app and not yet acknowledged, oldest first."""
        return list(self._outstanding.values())

    @property
    def queued(self) -> list[Envelope]:
        """Events that wait for somebody to connect, oldest first."""
        return list(self._waiting)

    def new_ticket(self) -> str:
        """A ticket for opening one socket, within half a minute."""
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = time.monotonic() + _TICKET_SECONDS
        return ticket

    async def wait_connected(self, seconds: float) -> None:
        """Wait until a client has been greeted.

        Raises:
            TimeoutError: nobody came.
        """
        await asyncio.wait_for(self._connected.wait(), seconds)

    # --- what knobs there are -------------------------------------------------------------------

    def duplicate(self, count: int = 1) -> None:
        """Send each of the next `count` events twice, as Slack sometimes does."""
        self._duplicates += count

    def duplicate_asks(self, count: int = 1) -> None:
        """Send each of the next `count` commands and interactions twice, to two connections if there are."""
        self._duplicate_asks += count

    def reorder(self, count: int) -> None:
        """Hold the next `count` events and send them in the opposite order."""
        self._hold = count

    def lose(self, count: int = 1) -> None:
        """Never send the next `count` events: delivery is best effort."""
        self._losses += count

    def lose_acknowledgements(self, count: int = 1) -> None:
        """Ignore the next `count` acknowledgements: those events come again, those people see nothing."""
        self._lost_acknowledgements += count

    def hang_handshakes(self, count: int = 1) -> None:
        """Never answer the next `count` clients that open a socket; their addresses are used up."""
        self._hanging += count

    def give_up(self) -> None:
        """Deliver nothing again that is not acknowledged by now: the app was away for too long."""
        events = [envelope for envelope in self._outstanding.values() if envelope.answer is None]
        for envelope in events:
            del self._outstanding[envelope.envelope_id]
            if envelope.timer is not None:
                envelope.timer.cancel()
        waiting, self._waiting = self._waiting, []
        self.given_up += events + waiting

    def calm(self) -> None:
        """End all faults of delivery; what `reorder` still holds is sent."""
        self._duplicates = self._duplicate_asks = self._losses = self._lost_acknowledgements = self._hold = 0
        held, self._held = self._held[::-1], []
        for envelope in held:
            self._deliver(envelope)

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
        self._is_closed = True
        for envelope in self._outstanding.values():
            if envelope.timer is not None:
                envelope.timer.cancel()
        for connection in self._connections:
            connection.close()

    # --- sending --------------------------------------------------------------------------------

    def publish(self, payload: JsonObject) -> None:
        """Deliver an event at least once: now, or when somebody is connected."""
        if self.on_published is not None:
            self.on_published(payload)
        if self._losses > 0:
            self._losses -= 1
            return
        if self._hold > 0:
            self._hold -= 1
            self._held.append(Envelope("events_api", payload, accepts_response_payload=False))
            if self._hold == 0:
                held, self._held = self._held[::-1], []
                for envelope in held:
                    self._deliver(envelope)
            return
        copies = 1
        if self._duplicates > 0:
            self._duplicates -= 1
            copies = 2
        for _ in range(copies):
            self._deliver(Envelope("events_api", payload, accepts_response_payload=False))

    async def ask(self, kind: str, payload: JsonObject) -> JsonObject:
        """Deliver a command or an interaction once, and wait for its answer.

        Raises:
            NotConnectedError: nobody is there to be asked.
            NotAcknowledgedError: the answer did not come within `answer_within` seconds.
        """
        if not self._connections:
            raise NotConnectedError
        self._last_asked = (kind, payload)
        envelope, answer = self._deliver_ask(kind, payload)
        if self._duplicate_asks > 0:
            self._duplicate_asks -= 1
            self.asked_twice.add(str(payload.get("trigger_id")))
            copy, _ = self._deliver_ask(kind, payload)
            loop = asyncio.get_running_loop()
            copy.timer = loop.call_later(self.answer_within, self._outstanding.pop, copy.envelope_id, None)
        try:
            return await asyncio.wait_for(answer, self.answer_within)
        except TimeoutError as error:
            raise NotAcknowledgedError from error
        finally:
            self._outstanding.pop(envelope.envelope_id, None)

    async def ask_again(self) -> JsonObject:
        """Deliver the command or interaction asked last once more, as it was; raises what `ask` does."""
        if self._last_asked is None:
            raise LookupError("nothing was asked yet")
        return await self.ask(*self._last_asked)

    def _deliver_ask(self, kind: str, payload: JsonObject) -> tuple[Envelope, asyncio.Future[JsonObject]]:
        now = self._now() if self._now else None
        envelope = Envelope(kind, payload, accepts_response_payload=True, sandbox_time=now)
        answer = envelope.answer = asyncio.get_running_loop().create_future()
        self._deliver(envelope)
        return envelope, answer

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

    def _redeliver(self, envelope: Envelope, reason: str) -> None:
        self._outstanding.pop(envelope.envelope_id, None)
        self._deliver(
            Envelope(
                envelope.type,
                envelope.payload,
                accepts_response_payload=False,
                attempt=min(envelope.attempt + 1, len(self.retry_delays)),
                reason=reason,
            )
        )

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
        envelope_id = str(frame.get("envelope_id", ""))
        if envelope_id not in self._outstanding:
            return
        if self._lost_acknowledgements > 0:
            self._lost_acknowledgements -= 1
            return
        envelope = self._outstanding.pop(envelope_id)
        if envelope.timer is not None:
            envelope.timer.cancel()
        if envelope.answer is None and self.on_acknowledged is not None:
            self.on_acknowledged(envelope)
        if envelope.answer is not None and not envelope.answer.done():
            payload = frame.get("payload")
            envelope.answer.set_result(payload if isinstance(payload, dict) else {})
