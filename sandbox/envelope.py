"""What is on its way to the app: an event, a command, an interaction."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field

from sandbox.json_types import JsonObject

EVENTS = "events_api"
COMMANDS = "slash_commands"
INTERACTIONS = "interactive"


@dataclass
class Envelope:
    """Something for the app; it stays outstanding until it is acknowledged.

    `sandbox_time` is the workspace's time of what a person did, as a `ts`. Slack has no such field, and its
    commands and forms carry no time, since they happen now. An app that follows the clock of a workspace in
    the past needs it. `sent_to` is the connection that it was sent on, if it travels on one.
    """

    type: str
    payload: JsonObject
    accepts_response_payload: bool
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempt: int = 0
    reason: str = ""
    sent_to: object = None
    timer: asyncio.TimerHandle | None = None
    answer: asyncio.Future[JsonObject] | None = None
    sandbox_time: str | None = None

    def text(self) -> str:
        """The frame of Socket Mode as Slack writes it."""
        frame: JsonObject = {
            "envelope_id": self.envelope_id,
            "type": self.type,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_response_payload,
        }
        if self.sandbox_time is not None:
            frame["sandbox_time"] = self.sandbox_time
        if self.type == EVENTS:
            frame |= {"retry_attempt": self.attempt, "retry_reason": self.reason}
        return json.dumps(frame)
