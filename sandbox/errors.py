"""Refusals: the app gets Slack's error codes, people and tests get sentences."""

from collections.abc import Sequence

from sandbox.json_types import JsonObject


class Refusal(Exception):
    """A Web API answer with `ok: false`; the code is one that Slack documents for the method."""

    def __init__(self, error: str, *, messages: Sequence[str] = (), **extra: object) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = tuple(messages)
        self.extra = extra

    def answer(self) -> JsonObject:
        """The body Slack sends with such a refusal."""
        answer: JsonObject = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer


class SandboxError(Exception):
    """A request for what a person could not do in Slack; one sentence says what."""
