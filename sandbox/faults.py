"""Faults on demand: the Web API refuses, is slow, or loses an answer, as a test asks."""

from collections import defaultdict
from dataclasses import dataclass, field

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

    def answer(self) -> JsonObject:
        """The body that is sent instead of the method's own."""
        return {"ok": False, "error": self.error, **self.extra}


class Faults:
    """The faults still to come, by method, first come first served."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = defaultdict(list)
        self._delays: dict[str, float] = {}

    def add(self, method: str, fault: Fault, times: int) -> None:
        """Let the next `times` calls of the method end with this fault."""
        self._waiting[method].extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, if any; it is used up."""
        waiting = self._waiting.get(method)
        return waiting.pop(0) if waiting else None

    def delay(self, method: str, seconds: float) -> None:
        """Answer every call of the method this many real seconds late; 0 ends it."""
        self._delays[method] = seconds

    def delay_of(self, method: str) -> float:
        """How many seconds this method's answers are late."""
        return self._delays.get(method, 0.0)
