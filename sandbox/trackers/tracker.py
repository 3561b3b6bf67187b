"""What every tracker on this machine has: a server, the calls it got, and faults on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import CutAnswer
from sandbox.loopback_server import LoopbackServer


@dataclass(frozen=True)
class Fault:
    """One answer that goes wrong; `is_performed`: the call does its work first, and its answer alone is lost.

    `is_cut`: the connection breaks in the middle of the answer.
    """

    status: int = 500
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_performed: bool = False
    is_cut: bool = False


@dataclass(frozen=True)
class TrackerCall:
    """A request as it came, and what was answered to it."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]
    status: int
    answer: Any


class Refused(Exception):
    """The tracker answers with an error."""

    def __init__(self, status: int, body: Any, **headers: str) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.headers = headers


class TrackerServer:
    """A tracker on 127.0.0.1, for as long as the `async with` lasts. Times are in UTC, by the machine's clock
    unless it is given another.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.calls: list[TrackerCall] = []
        self.faults: list[Fault | None] = []
        """Of the next calls that change something, the first first; None lets one through."""
        self.read_faults: list[Fault | None] = []
        """Of the next calls that only read."""
        self.url = ""
        self.now: datetime | None = None
        """Freezes the clock."""
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        """What it shows otherwise."""
        self._server: LoopbackServer | None = None

    def moment(self) -> datetime:
        """What the tracker's clock shows."""
        return self.now or self.clock()

    def said(self) -> str:
        """The same as it is written in JSON."""
        return f"{self.moment():%Y-%m-%dT%H:%M:%SZ}"

    async def __aenter__(self) -> Self:
        self._server = LoopbackServer(self._all())
        self.url = await self._server.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server:
            await self._server.close()

    def _all(self) -> list[BaseRoute]:
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [Route("/{path:path}", self._handle, methods=methods)]

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        """The status and JSON of one call.

        Raises:
            Refused: the tracker answers with an error.
        """
        raise NotImplementedError

    def is_reading(self, method: str, body: Any) -> bool:
        """Whether a call changes nothing."""
        return method == "GET"

    async def _handle(self, request: Request) -> Response:
        held = await request.body()
        try:
            body = await request.json() if held else None
        except ValueError:
            body = None
        path = request.scope["raw_path"].decode().partition("?")[0]
        waiting = self.read_faults if self.is_reading(request.method, body) else self.faults
        fault = waiting.pop(0) if waiting else None
        status, answer, headers = 0, None, dict[str, str]()
        if fault is None or fault.is_performed:
            try:
                status, answer = await self.answer(request, path, body)
            except Refused as refusal:
                status, answer, headers = refusal.status, refusal.body, dict(refusal.headers)
        if fault is not None:
            status, answer, headers = fault.status, fault.body, dict(fault.headers)
        self.calls.append(
            TrackerCall(
                request.method, path, dict(request.query_params), body, dict(request.headers), status, answer
            )
        )
        if fault is not None and fault.is_cut:
            return CutAnswer()
        if answer is None and status == 204:
            return Response(status_code=204, headers=headers)
        return JSONResponse(answer, status, headers)

    def changes(self) -> Sequence[TrackerCall]:
        """The calls that changed something, or were to."""
        return [one for one in self.calls if not self.is_reading(one.method, one.body)]
