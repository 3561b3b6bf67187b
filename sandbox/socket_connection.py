"""One WebSocket of the app in Socket Mode, and the envelopes that travel on it."""

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sandbox.json_types import JsonObject


@dataclass
class Envelope:
    """A frame for the app; it stays outstanding until its id is acknowledged.

    `sandbox_time` is the workspace's time of what a person did, as a `ts`. Slack's envelopes have no such
    field, and its commands and forms carry no time, since they happen now. An app that follows the clock of
    a workspace in the past needs it.
    """

    type: str
    payload: JsonObject
    accepts_response_payload: bool
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempt: int = 0
    reason: str = ""
    sent_to: "Connection | None" = None
    timer: asyncio.TimerHandle | None = None
    answer: asyncio.Future[JsonObject] | None = None
    sandbox_time: str | None = None

    def text(self) -> str:
        """The frame as Slack writes it."""
        frame: JsonObject = {
            "envelope_id": self.envelope_id,
            "type": self.type,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_response_payload,
        }
        if self.sandbox_time is not None:
            frame["sandbox_time"] = self.sandbox_time
        if self.type == "events_api":
            frame |= {"retry_attempt": self.attempt, "retry_reason": self.reason}
        return json.dumps(frame)


class Connection:
    """One WebSocket of the app. Frames are written in the order they were given."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()

    def send(self, frame: str) -> None:
        """Put a frame on its way."""
        self._frames.put_nowait(frame)

    def close(self) -> None:
        """Close the socket after what is already on its way."""
        self._frames.put_nowait(None)

    async def write(self) -> None:
        """Send frames until the connection is closed from either side."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while (frame := await self._frames.get()) is not None:
                await self._websocket.send_text(frame)
            if self._websocket.application_state is not WebSocketState.DISCONNECTED:
                await self._websocket.close()
