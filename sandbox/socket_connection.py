"""One WebSocket of the app in Socket Mode."""

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState


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
