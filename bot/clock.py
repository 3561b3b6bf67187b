"""The one place where "now" comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from bot.incidents.record import said_at


class Clock:
    """Aware UTC time: the system's, or, following Slack, the latest moment Slack has shown.

    Following Slack (`SCRIBE_CLOCK=slack`) lets an incident of the past be replayed in the past: demo and
    tests declare, mark and resolve in September 2023 while the machine says otherwise. Pacing, retries and
    timeouts never use it; they use monotonic time.
    """

    def __init__(self, *, follows_slack: bool = False) -> None:
        self.follows_slack = follows_slack
        self.system: Callable[[], datetime] = partial(datetime.now, UTC)
        self._latest: datetime | None = None

    @property
    def needs_seeding(self) -> bool:
        """Whether it follows Slack and Slack has not shown it any moment yet."""
        return self.follows_slack and self._latest is None

    def now(self) -> datetime:
        if self.follows_slack and self._latest:
            return self._latest
        return self.system()

    def saw_ts(self, ts: object) -> None:
        """Slack showed a message or event with this `ts`; anything that is none is passed over."""
        if not self.follows_slack or not isinstance(ts, str):
            return
        try:
            moment = said_at(ts)
        except (ValueError, OverflowError):
            return
        if self._latest is None or moment > self._latest:
            self._latest = moment

    def saw_envelope(self, envelope: Mapping[str, object]) -> None:
        """Something arrived by Socket Mode; of what people do at once only the sandbox tells when it was."""
        self.saw_ts(envelope.get("sandbox_time"))

    def saw_event(self, body: Mapping[str, object]) -> None:
        """Slack delivered an event; its `event_time` and every `ts` at its top count."""
        if not self.follows_slack:
            return
        event_time = body.get("event_time")
        if isinstance(event_time, int):
            self.saw_ts(str(event_time))
        event = body.get("event")
        if isinstance(event, Mapping):
            self.saw_ts(event.get("event_ts"))
            self.saw_ts(event.get("ts"))
