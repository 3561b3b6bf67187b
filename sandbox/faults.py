"""Faults on demand: the Web API refuses, is slow, or loses an answer, as a test asks."""

from collections import defaultdict
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.json_types import JsonObject


@dataclass(frozen=True)
class Fault:
    """One refusal of one call. `retry_after` is in seconds and becomes the Retry-After header."""

    error: str
    status: int = 200
    retry_after: int | None = None
    extra: JsonObject = field(default_factory=dict)
    is_performed: bool = False
    """Whether the call does its work first, so that only its answer is lost."""
    is_cut: bool = False
    """Whether the connection breaks in the middle of the answer, whatever the answer would have been."""

    def answer(self) -> JsonObject:
        """The body that is sent instead of the method's own."""
        return {"ok": False, "error": self.error, **self.extra}


class Faults:
    """The faults still to come, by method, in the order in which they were added."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = defaultdict(list)
        self._standing: dict[str, Fault] = {}
        self._delays: dict[str, float] = {}

    def add(self, method: str, fault: Fault, times: int) -> None:
        """Let the next `times` calls of the method end with this fault."""
        self._waiting[method].extend([fault] * times)

    def waiting(self, method: str) -> int:
        """How many faults are still to come for this method, without a standing one."""
        return len(self._waiting.get(method, []))

    def stand(self, method: str, fault: Fault) -> None:
        """Let every call of the method end with this fault, after those added one by one, until `clear`."""
        self._standing[method] = fault

    def clear(self) -> None:
        """Remove all faults and delays."""
        self._waiting.clear()
        self._standing.clear()
        self._delays.clear()

    def take(self, method: str) -> Fault | None:
        """The fault for this call, if any; one that does not stand is used up."""
        waiting = self._waiting.get(method)
        return waiting.pop(0) if waiting else self._standing.get(method)

    def delay(self, method: str, seconds: float) -> None:
        """Answer every call of the method this many real seconds late; 0 ends it."""
        self._delays[method] = seconds

    def delay_of(self, method: str) -> float:
        """How many seconds this method's answers are late."""
        return self._delays.get(method, 0.0)


class CutAnswer(Response):
    """An answer that breaks off: the server closes the connection before all of it was sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send less than was announced; the server then drops the connection."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})
