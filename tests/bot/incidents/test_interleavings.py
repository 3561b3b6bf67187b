"""Whatever order a channel's events arrive in, however often and late, the record ends the same.

The events are those a workspace publishes while people talk, edit, delete and mark; they go through the real
recorders of two replicas into a real database. What comes of them in order is held against Slack's own state.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel, col, select

from bot.incidents.message_events import MessageEvent
from bot.incidents.record import Recording
from bot.settings.routes import MessageRule
from bot.slack.message_events import message_event_of, reaction_event_of
from sandbox.clock import SandboxClock
from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.manifest import DEFAULT_PATH, read_manifest
from sandbox.workspace import Workspace
from storage import incidents
from storage.database import Database
from storage.recorder import Recorder
from storage.tables import Incident, Mark, MarkVersion, Message, MessageVersion, TimelineEvent
from tests.sampling import tries

NOW = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
MANIFEST = read_manifest(DEFAULT_PATH)
SECTIONS = {"pushpin": "timeline", "round_pushpin": "timeline", "mag": "root_cause"}
EMOJI = (*SECTIONS, "tada")
RULES = [MessageRule("deploys", 1, "deploy", bot=("Watch*",), text=("alert *!",))]
"""What an app says at first is no event; what it says after an edit is."""
PAUSES = (0.0, 0.2, 1.0, 70.0)
"""Seconds between two acts: within one of Slack's seconds, and beyond it."""

Kept = Sequence[tuple[int, int | None, str]]
"""The incidents of a channel: declared and resolved so many seconds after the start, and their status."""
ALONE: Kept = ((0, None, "open"),)
KEPT: Sequence[Kept] = (
    ALONE,
    ((10, 100, "resolved"), (200, None, "open")),
    ((10, 70, "resolved"), (140, 210, "resolved"), (300, None, "open")),
    ((10, None, "cancelled"), (100, None, "open")),
    ((10, None, "open"), (60, 150, "resolved")),
)

T = TypeVar("T")


@dataclass(frozen=True)
class Act:
    """Something somebody does; `which` picks a message among those that are there."""

    kind: str
    who: int
    which: int
    emoji: str
    pause: float


ACTS = st.builds(
    Act,
    st.sampled_from(
        ("say", "reply", "broadcast", "alert", "edit", "edit", "delete", *("mark",) * 4, "unmark", "unmark")
    ),
    st.integers(0, 2),
    st.integers(0, 5),
    st.sampled_from(EMOJI),
    st.sampled_from(PAUSES),
)


class Ground:
    """One database for all examples; each plays in a channel of its own."""

    def __init__(self, folder: Path) -> None:
        self._runner = asyncio.Runner()
        self._database = Database(f"sqlite:///{folder / 'scribe.db'}")
        self._numbers = itertools.count(1)
        self._run(self._database.open())

    def close(self) -> None:
        self._run(self._database.close())
        self._runner.close()

    def play(
        self,
        message_events: Sequence[Sequence[MessageEvent]],
        *,
        keeps_deleted: bool,
        team_id: str,
        kept: Kept = ALONE,
        has_rules: bool = False,
    ) -> dict[str, object]:
        """Record batches, by two replicas in turn, and return what stands in the end."""
        return self._run(self._play(message_events, keeps_deleted, team_id, kept, has_rules=has_rules))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _play(
        self,
        batches: Sequence[Sequence[MessageEvent]],
        keeps_deleted: bool,
        team_id: str,
        kept: Kept,
        *,
        has_rules: bool,
    ) -> dict[str, object]:
        channel_id = next((one.key[1] for batch in batches for one in batch), "C0")
        async with self._database.write() as session:
            for declared, until, status in kept:
                incident = Incident(
                    team_id=team_id,
                    number=next(self._numbers),
                    title="Down",
                    status=status,
                    channel_id=channel_id,
                    channel_name="ops",
                    is_own_channel=False,
                    declared_by="U1",
                    declared_at=NOW + timedelta(seconds=declared),
                )
                session.add(incident)
                await session.flush()
                if until is not None:
                    await incidents.set_milestone(
                        session,
                        incident.id or 0,
                        "resolved",
                        NOW + timedelta(seconds=until),
                        basis="observed",
                        stated_by="U1",
                        stated_at=NOW,
                    )
        recording = Recording(SECTIONS, lambda: NOW, keeps_deleted, RULES if has_rules else ())
        replicas: list[Recorder[MessageEvent]] = [
            Recorder(self._database, recording.decide, lambda: NOW) for _ in range(2)
        ]
        for replica in replicas:
            replica.start()
        for number, batch in enumerate(batches):
            replica = replicas[number % 2]
            await asyncio.gather(*(replica.record(message_event) for message_event in batch))
        for replica in replicas:
            await replica.stop()
        return await self._standing(team_id)

    async def _standing(self, team_id: str) -> dict[str, object]:
        """The record and its history.

        Left out is what tells in which order Scribe came to hear of it: numbers of events, when they were
        recorded, the raw payload, and rows of marks that never stood.
        """

        async with self._database.read() as session:

            async def rows(table: type[SQLModel]) -> Sequence[Any]:
                found = await session.exec(select(table).where(col(table.team_id) == team_id))  # type: ignore[attr-defined]
                return found.all()

            messages: Sequence[Message] = await rows(Message)
            versions: Sequence[MessageVersion] = await rows(MessageVersion)
            marks: Sequence[Mark] = await rows(Mark)
            earlier: Sequence[MarkVersion] = await rows(MarkVersion)
            events: Sequence[TimelineEvent] = await rows(TimelineEvent)
            found: Sequence[Incident] = await rows(Incident)
        nth = {incident_id: place for place, incident_id in enumerate(sorted(row.id or 0 for row in found))}
        return {
            "incidents": sorted(
                {
                    *((row.ts, nth[row.incident_id]) for row in marks if row.is_set),
                    *((str(row.message_ts), nth[row.incident_id]) for row in events if not row.removed_at),
                }
            ),
            "messages": {
                row.ts: (row.text, row.user_id, row.bot_name, row.files, row.edited_by, bool(row.deleted_ts))
                for row in messages
                if row.is_known or row.deleted_ts
            },
            "threads": {row.ts: row.thread_ts for row in messages if row.thread_ts not in (None, row.ts)},
            "versions": {(row.ts, row.version_ts): (row.text, row.edited_by) for row in versions},
            "marks": {(row.ts, row.user_id, row.emoji) for row in marks if row.is_set},
            "states": {
                (row.ts, row.user_id, row.emoji, row.changed_ts): row.is_set
                for rows_of_marks in (marks, earlier)
                for row in rows_of_marks
            },
            "timeline": {
                row.message_ts: (row.kind, row.occurred_at, row.added_by, row.text)
                for row in events
                if row.removed_at is None
            },
        }


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    ground = Ground(tmp_path_factory.mktemp("interleavings"))
    yield ground
    ground.close()


class Channel:
    """A channel of a workspace of its own, what Slack published of it, and what is true in the end."""

    def __init__(self, acts: Sequence[Act], *, edits_in_seconds: bool) -> None:
        self._at = NOW
        self.workspace = Workspace(MANIFEST, SandboxClock(NOW))
        self.workspace.edits_in_seconds = edits_in_seconds
        self.people = [self.workspace.add_person(name).id for name in ("ana", "ben", "caro")]
        self.id = self.workspace.add_channel("ops", members=[*self.people, self.workspace.bot_user_id]).id
        self.message_events: list[MessageEvent] = []
        self.workspace.socket.on_published = self._hear
        for act in acts:
            self._do(act)

    def _hear(self, payload: JsonObject) -> None:
        body = payload["event"]
        read = message_event_of if body["type"] == "message" else reaction_event_of
        message_event = read(self.workspace.team_id, body)
        if message_event is not None:
            self.message_events.append(message_event)

    def _do(self, act: Act) -> None:
        self._at += timedelta(seconds=act.pause)
        self.workspace.clock.set(self._at)
        who = self.people[act.who]
        said = [one for one in self.workspace.messages(self.id) if one.subtype != "tombstone"]
        message = said[act.which % len(said)] if said else None
        try:
            match act.kind, message:
                case "say", _:
                    self.workspace.say(who, self.id, f"said {len(said)}")
                case "alert", _:
                    self.workspace.say_as_bot("Watchtower", self.id, text=f"alert {len(said)}")
                case _, None:
                    pass
                case (("reply" | "broadcast"), _):
                    is_broadcast = act.kind == "broadcast"
                    self.workspace.say(
                        who, self.id, f"reply {len(said)}", thread_ts=message.ts, broadcast=is_broadcast
                    )
                case "edit", _:
                    text = f"{message.text}!"[-40:]
                    self.workspace.edit(message.user_id or who, self.id, message.ts, text)
                case "delete", _:
                    self.workspace.delete(message.user_id or who, self.id, message.ts)
                case "mark", _:
                    self.workspace.react(who, self.id, message.ts, act.emoji)
                case "unmark", _:
                    self.workspace.unreact(who, self.id, message.ts, act.emoji)
        except SandboxError:
            pass  # what Slack's own client would not let them do

    def texts(self) -> dict[str, str]:
        """Every message that stands, with what it says."""
        said = self.workspace.messages(self.id)
        return {one.ts: one.text for one in said if one.subtype != "tombstone"}

    def marks(self) -> set[tuple[str, str, str]]:
        """Every mark on a message that stands."""
        return {
            (one.ts, user_id, emoji)
            for one in self.workspace.messages(self.id)
            for emoji, users in one.reactions.items()
            for user_id in users
            if emoji in SECTIONS
        }


@dataclass(frozen=True)
class Arrival:
    """How the events of a channel arrive: an order, repetitions, and batches."""

    keys: tuple[int, ...]
    again: tuple[int, ...]
    sizes: tuple[int, ...]

    def of(self, message_events: Sequence[MessageEvent]) -> list[list[MessageEvent]]:
        """The batches; a small key arrives early, however late it was published."""
        if not message_events:
            return []
        repeated = [message_events[number % len(message_events)] for number in self.again]
        everything = [*message_events, *repeated]
        keys = itertools.cycle(self.keys)
        arriving = [one for _, one in sorted(zip(keys, everything, strict=False), key=lambda pair: pair[0])]
        batches, sizes = [], itertools.cycle(self.sizes)
        while arriving:
            size = next(sizes)
            batches.append(arriving[:size])
            arriving = arriving[size:]
        return batches


ARRIVALS = st.builds(
    Arrival,
    st.lists(st.integers(0, 1000), min_size=1, max_size=40).map(tuple),
    st.lists(st.integers(0, 100), max_size=8).map(tuple),
    st.lists(st.integers(1, 9), min_size=1, max_size=6).map(tuple),
)

BOUNDED = settings(
    max_examples=tries(120),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


IN_ONE_SECOND = [Act("reply", 0, 0, "pushpin", 0.2), Act("say", 0, 0, "pushpin", 0.0)]
"""A message that is said in the middle of one of Slack's seconds; what follows is done within that second."""
EDITED = Act("edit", 0, 0, "pushpin", 0.0)
REPLIED = Act("reply", 0, 0, "pushpin", 0.0)
IN_TURN = Arrival((0, 1, 0), (), (1,))


@BOUNDED
@given(
    st.lists(ACTS, min_size=3, max_size=30),
    ARRIVALS,
    st.booleans(),
    st.booleans(),
    st.sampled_from(KEPT),
    st.booleans(),
)
@example([*IN_ONE_SECOND, EDITED, REPLIED], Arrival((3, 2, 1, 0), (), (1,)), True, False, ALONE, False)
@example([*IN_ONE_SECOND, EDITED, REPLIED], IN_TURN, True, False, ALONE, False)
@example(
    [*IN_ONE_SECOND, EDITED, EDITED, REPLIED], Arrival((0, 3, 4, 2, 1), (), (1,)), True, False, ALONE, False
)
@example(
    [*IN_ONE_SECOND, EDITED, EDITED, REPLIED], Arrival((4, 3, 2, 1, 0), (), (1,)), True, False, ALONE, False
)
def test_any_interleaving_repetition_and_delay_ends_in_the_same_record(
    ground: Ground,
    acts: list[Act],
    arrival: Arrival,
    edits_in_seconds: bool,
    keeps_deleted: bool,
    kept: Kept,
    has_rules: bool,
) -> None:
    channel = Channel(acts, edits_in_seconds=edits_in_seconds)
    other = f"{channel.workspace.team_id}-other"
    in_order = ground.play(
        [[message_event] for message_event in channel.message_events],
        keeps_deleted=keeps_deleted,
        team_id=channel.workspace.team_id,
        kept=kept,
        has_rules=has_rules,
    )

    jumbled = ground.play(
        arrival.of([_in(other, message_event) for message_event in channel.message_events]),
        keeps_deleted=keeps_deleted,
        team_id=other,
        kept=kept,
        has_rules=has_rules,
    )

    event(f"{len(channel.message_events) // 10 * 10} events or more")
    if edits_in_seconds:
        jumbled, in_order = _without_seconds(jumbled), _without_seconds(in_order)
    assert jumbled == in_order


@BOUNDED
@given(st.lists(ACTS, min_size=3, max_size=30), ARRIVALS, st.sampled_from(KEPT))
def test_the_record_says_what_slack_says(
    ground: Ground, acts: list[Act], arrival: Arrival, kept: Kept
) -> None:
    channel = Channel(acts, edits_in_seconds=False)

    record = ground.play(
        arrival.of(channel.message_events),
        keeps_deleted=False,
        team_id=channel.workspace.team_id,
        kept=kept,
    )

    messages, marks, timeline = record["messages"], record["marks"], record["timeline"]
    assert isinstance(messages, dict)
    assert isinstance(marks, set)
    assert isinstance(timeline, dict)
    assert isinstance(record["incidents"], list)
    assert len({ts for ts, _ in record["incidents"]}) == len(record["incidents"])  # each in one alone
    standing = {ts: row[0] for ts, row in messages.items() if not row[-1]}
    assert standing == channel.texts()
    assert {mark for mark in marks if mark[0] in standing} == channel.marks()
    pinned = {ts for ts, _, emoji in channel.marks() if SECTIONS[emoji] == "timeline"}
    assert {ts for ts in timeline if ts in standing} == pinned
    assert all(row[0] == "" for row in messages.values() if row[-1])


def _without_seconds(record: dict[str, object]) -> dict[str, object]:
    """Where Slack tells whole seconds only, an edit that is told twice may be kept under both its times."""
    versions = record["versions"]
    assert isinstance(versions, dict)
    return record | {"versions": {(ts, text, by) for (ts, _), (text, by) in versions.items()}}


def _in(team_id: str, message_event: MessageEvent) -> MessageEvent:
    """The same in another workspace, so that both records stand side by side."""
    return replace(message_event, key=(team_id, *message_event.key[1:]))
