"""The one place where "now" comes from, and Slack's `ts` as moments and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial


def said_at(ts: str) -> datetime:
    """When a message was said, from its Slack `ts`; exact, since it never passes through a float."""
    seconds, _, micros = ts.partition(".")
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return moment + timedelta(microseconds=int(micros.ljust(6, "0")[:6] or 0))


def ts_of(moment: datetime) -> str:
    """The Slack `ts` of a moment, to compare with those of messages."""
    return f"{int(moment.timestamp())}.{moment.microsecond:06d}"


def just_after(ts: str) -> str:
    """The next `ts` there can be, a microsecond later; also of one that no date has."""
    seconds, _, micros = ts.partition(".")
    next_one = int(seconds) * 1_000_000 + int(micros.ljust(6, "0")[:6]) + 1
    return f"{next_one // 1_000_000}.{next_one % 1_000_000:06d}"


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
