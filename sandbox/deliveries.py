"""What the app is told, whichever way it goes: deliveries, acknowledgements, and what happens without them.

Events that are not acknowledged within 3 seconds come again, up to three times
(docs.slack.dev/apis/events-api#retries). Commands and interactions never come again.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from sandbox.envelope import EVENTS, Envelope
from sandbox.json_types import JsonObject

ANSWER_WITHIN = 3.0
"""Seconds a command or an interaction may take (docs.slack.dev/interactivity/handling-user-interaction)."""


class NotConnectedError(Exception):
    """There is nobody to whom a command or an interaction could be sent, or who can take it."""


class NotAcknowledgedError(Exception):
    """A command or an interaction was sent and not acknowledged in time, or not so that Slack understands it.

    `error` is what Slack's client calls it (observed).
    """

    def __init__(self, error: str = "operation_timeout") -> None:
        super().__init__(error)
        self.error = error


class Deliveries(ABC):
    """The workspace's side of telling the app.

    Knobs for tests: `retry_delays` (seconds until an un-acknowledged event comes again, one per
    retry), `answer_within` (seconds a command or interaction may take; Slack's 3), `duplicate`,
    `reorder`, `lose`, `lose_acknowledgements`, `give_up`, `calm` and `duplicate_asks`.
    `on_published` is called with the payload of every event, also of those that are then lost; `on_delivered`
    with every envelope of an event that is sent, and `on_acknowledged` with each that is acknowledged.
    """

    def __init__(self, retry_delays: Sequence[float], now: Callable[[], str] | None) -> None:
        self._now = now
        self.retry_delays = tuple(retry_delays)
        self.answer_within = ANSWER_WITHIN
        self.given_up: list[Envelope] = []
        self.on_published: Callable[[JsonObject], None] | None = None
        self.on_delivered: Callable[[Envelope], None] | None = None
        self.on_acknowledged: Callable[[Envelope], None] | None = None
        self.asked_twice: set[str] = set()
        """The trigger ids of commands and interactions that went out in two copies."""
        self._outstanding: dict[str, Envelope] = {}
        self._waiting: list[Envelope] = []
        self._duplicates = 0
        self._duplicate_asks = 0
        self._last_asked: tuple[str, JsonObject] | None = None
        self._losses = 0
        self._lost_acknowledgements = 0
        self._held: list[Envelope] = []
        self._hold = 0
        self._is_closed = False

    @property
    @abstractmethod
    def is_connected(self) -> bool:
        """Whether the app is there, as far as the workspace can tell."""

    @abstractmethod
    def _deliver(self, envelope: Envelope) -> None:
        """Send it, now or when the app is there; until it is acknowledged it is outstanding."""

    @abstractmethod
    async def wait_connected(self, seconds: float) -> None:
        """Wait until the app is there.

        Raises:
            TimeoutError: it is not.
        """

    @property
    def unacknowledged(self) -> list[Envelope]:
        """Envelopes that are with the app and not yet acknowledged, oldest first."""
        return list(self._outstanding.values())

    @property
    def queued(self) -> list[Envelope]:
        """Events that wait for somebody to connect, oldest first."""
        return list(self._waiting)

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
        self._release()

    def close(self) -> None:
        """Forget every timer; the workspace goes down."""
        self._is_closed = True
        for envelope in self._outstanding.values():
            if envelope.timer is not None:
                envelope.timer.cancel()

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
            self._held.append(Envelope(EVENTS, payload, accepts_response_payload=False))
            if self._hold == 0:
                self._release()
            return
        copies = 1
        if self._duplicates > 0:
            self._duplicates -= 1
            copies = 2
        for _ in range(copies):
            self._deliver(Envelope(EVENTS, payload, accepts_response_payload=False))

    def _release(self) -> None:
        held, self._held = self._held[::-1], []
        for envelope in held:
            self._deliver(envelope)

    async def ask(self, kind: str, payload: JsonObject) -> JsonObject:
        """Deliver a command or an interaction once, and wait for its answer.

        Raises:
            NotConnectedError: nobody is there to be asked.
            NotAcknowledgedError: the answer did not come within `answer_within` seconds.
        """
        if not self._can_ask():
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

    @abstractmethod
    def _can_ask(self) -> bool:
        """Whether there is somebody to be asked."""

    def _deliver_ask(self, kind: str, payload: JsonObject) -> tuple[Envelope, asyncio.Future[JsonObject]]:
        now = self._now() if self._now else None
        envelope = Envelope(kind, payload, accepts_response_payload=True, sandbox_time=now)
        answer = envelope.answer = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_seen)  # nobody waits for the second copy's
        self._deliver(envelope)
        return envelope, answer

    def _acknowledge(self, envelope_id: str, answer: JsonObject) -> bool:
        """Note that it was acknowledged; False: that acknowledgement is lost, or nobody waits for it."""
        if envelope_id not in self._outstanding:
            return False
        if self._lost_acknowledgements > 0:
            self._lost_acknowledgements -= 1
            return False
        envelope = self._outstanding.pop(envelope_id)
        if envelope.timer is not None:
            envelope.timer.cancel()
        if envelope.answer is None and self.on_acknowledged is not None:
            self.on_acknowledged(envelope)
        if envelope.answer is not None and not envelope.answer.done():
            envelope.answer.set_result(answer)
        return True

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


def _seen(answer: asyncio.Future[JsonObject]) -> None:
    if not answer.cancelled():
        answer.exception()
