"""What people were told: every command of a storm with its answer, and what Slack published and heard back.

Success told is a promise: it must be in the record, once. What was told to be undone must not be. Where
nobody answered, either may be, at most once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import count
from typing import Any

from sandbox.deliveries import Deliveries
from sandbox.envelope import Envelope
from sandbox.records import CommandAnswer

UNCERTAIN = re.compile(r"may (?:already )?(?:be|have|stand)|can't tell|cannot tell|unclear", re.IGNORECASE)
"""A sentence that promises neither."""


class Outcome(Enum):
    """What a person may rely on after a command."""

    DONE = "done"
    REFUSED = "refused"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Given:
    """A command and what its person was answered."""

    user_id: str
    channel_id: str
    command: str
    said: str
    outcome: Outcome
    seconds: float = 0.0
    is_copied: bool = False
    """Whether it went out twice, perhaps to two replicas."""

    @property
    def account(self) -> str:
        """What was said and answered, for whoever reads a fault."""
        return (
            f"{self.command!r}{' (twice)' if self.is_copied else ''} -> {self.outcome.value}: {self.said!r}"
        )


RECORDED = re.compile(r"^This is recorded; ")
"""Said where the record was written and its answer was lost (`bot.listeners.troubles`)."""
RECORD_AWAY = re.compile(r"cannot (?:read|write to) its record just now")


def outcome_of(
    answer: CommandAnswer, said: str, success: re.Pattern[str], *, is_copied: bool = False
) -> Outcome:
    """What the answer promises; a copy of a command elsewhere is acknowledged without words.

    Of two copies that reached two replicas, one may not come to its record and the other write it. Slack
    sends a command to one connection (docs.slack.dev/apis/events-api/using-socket-mode), so nobody is told
    of it.
    """
    if is_copied and RECORD_AWAY.search(said):
        return Outcome.UNSURE
    if not answer.acknowledged:
        was_sent = "dispatch_failed" not in (answer.error or "")
        return Outcome.UNSURE if was_sent else Outcome.REFUSED
    if success.search(said) or RECORDED.search(said):
        return Outcome.DONE
    return Outcome.UNSURE if not said or UNCERTAIN.search(said) else Outcome.REFUSED


@dataclass(frozen=True)
class Start:
    """`/incident start`; an incident kept here has no channel of its own."""

    given: Given
    title: str
    is_here: bool


@dataclass(frozen=True)
class Note:
    """`/timeline add`; the number is known where success was told."""

    given: Given
    text: str
    moment: datetime
    number: int | None


@dataclass(frozen=True)
class Correction:
    """`/timeline edit`, of the text, and of the time where one was given."""

    given: Given
    number: int
    text: str
    moment: datetime | None


@dataclass(frozen=True)
class Removal:
    """`/timeline remove`, given when the journal was at `at`."""

    given: Given
    number: int
    at: int


@dataclass(frozen=True)
class Reaction:
    """A reaction that Slack published; `at` by the journal's count."""

    event_id: str
    at: int
    channel_id: str
    ts: str
    user_id: str
    emoji: str
    is_set: bool


@dataclass
class Journal:
    """What Slack published and which of it was acknowledged, and when, by a count of its own.

    `kept_since`: from when on a channel surely kept an incident. What was delivered before bound nobody, also
    when it was acknowledged after: Scribe looks for the incident at some moment between the two, and found
    none if that was before the incident's commit. `heard`: when an event was delivered and when that delivery
    was acknowledged, for each time it was.
    """

    now: int = 0
    reactions: dict[tuple[str, str], list[Reaction]] = field(default_factory=lambda: defaultdict(list))
    spoken: dict[tuple[str, str], str] = field(default_factory=dict)
    delivered: dict[str, int] = field(default_factory=dict)
    heard: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    kept_since: dict[str, int] = field(default_factory=dict)

    def listen_to(self, deliveries: Deliveries) -> None:
        deliveries.on_published = self._publish
        deliveries.on_delivered = self._deliver
        deliveries.on_acknowledged = self._acknowledge

    def keeps(self, channel_id: str) -> None:
        """By now the channel keeps an incident."""
        self.kept_since.setdefault(channel_id, self.now)

    def is_heard(self, event_id: str | None, channel_id: str, *, by: int | None = None) -> bool:
        """Whether an event was delivered while its channel kept an incident, and acknowledged before `by`."""
        since = self.kept_since.get(channel_id)
        if event_id is None or since is None:
            return False
        return any(
            since < delivered_at and (by is None or acknowledged_at <= by)
            for delivered_at, acknowledged_at in self.heard.get(event_id, [])
        )

    def _publish(self, payload: Mapping[str, Any]) -> None:
        self.now += 1
        event, event_id = payload["event"], str(payload["event_id"])
        if event["type"] in ("reaction_added", "reaction_removed"):
            reaction = Reaction(
                event_id,
                self.now,
                str(event["item"]["channel"]),
                str(event["item"]["ts"]),
                str(event["user"]),
                str(event["reaction"]),
                event["type"] == "reaction_added",
            )
            self.reactions[(reaction.channel_id, reaction.ts)].append(reaction)
        elif event["type"] == "message" and event.get("subtype") in (None, "bot_message", "thread_broadcast"):
            self.spoken[(str(event["channel"]), str(event["ts"]))] = event_id

    def _deliver(self, envelope: Envelope) -> None:
        self.now += 1
        self.delivered[envelope.envelope_id] = self.now

    def _acknowledge(self, envelope: Envelope) -> None:
        self.now += 1
        delivered_at = self.delivered[envelope.envelope_id]
        self.heard[str(envelope.payload["event_id"])].append((delivered_at, self.now))


@dataclass
class Told:
    """Everything people said to Scribe by command, and what they were answered.

    `kept`: names of channels whose incident is known to be open in them. `numbers`: the tag of the text that
    stood beside a number, by channel and number, as people read it. `places`: the message each tag is of.
    """

    journal: Journal = field(default_factory=Journal)
    given: list[Given] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    resolved: list[Given] = field(default_factory=list)
    drafts: list[Given] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    numbers: dict[tuple[str, int], str] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    beside: Iterator[int] = field(default_factory=lambda: count(80000))
    """Numbers for the tags of what is said by others than the rain."""
