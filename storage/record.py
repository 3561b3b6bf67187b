"""What the recorder reads before it decides, and what it writes after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from storage.columns import table_of
from storage.outbox import NewIntent, write_asks
from storage.record_rows import (
    EventRow,
    MarkRow,
    MarkVersionRow,
    MessageRow,
    MessageVersionRow,
    MovedRow,
)
from storage.record_sql import Upsert, lock_records, read_rows, upsert_rows
from storage.tables import (
    Incident,
    Mark,
    MarkVersion,
    Message,
    MessageVersion,
    Milestone,
    MovedMessage,
    TimelineEvent,
)
from storage.vocabulary import IncidentStatus, MilestoneKind

MessageKey = tuple[str, str, str]
"""(team_id, channel_id, ts)"""

INCIDENT = table_of(Incident)
MILESTONE = table_of(Milestone)
MESSAGE = table_of(Message)
MARK = table_of(Mark)
EVENT = table_of(TimelineEvent)
MESSAGE_VERSION = table_of(MessageVersion)
MARK_VERSION = table_of(MarkVersion)
MOVED = table_of(MovedMessage)

MESSAGE_KEY = ("team_id", "channel_id", "ts")
MARK_KEY = (*MESSAGE_KEY, "user_id", "emoji")

FEW = 400  # keys per SELECT … IN: well under SQLite's 32,766 variables


@dataclass(frozen=True)
class IncidentSpan:
    """When an incident was open in its channel; `since` is its stated start, where that is earlier.

    `until` is None while it is open. `channel_name` is known where a batch of message events is decided.
    """

    incident_id: int
    declared_at: datetime
    since: datetime
    until: datetime | None = None
    is_cancelled: bool = False
    channel_name: str = ""


@dataclass
class RecordState:
    """The rows that a batch of message events may touch; `incidents` are all that each channel keeps or kept.

    A message has one event, in the incident it belongs to. `taken` are the incidents that keep a message of
    a channel that is not theirs, since somebody put it on their record.
    """

    incidents: dict[tuple[str, str], list[IncidentSpan]] = field(default_factory=dict)
    taken: dict[MessageKey, list[IncidentSpan]] = field(default_factory=dict)
    messages: dict[MessageKey, MessageRow] = field(default_factory=dict)
    marks: dict[MessageKey, dict[tuple[str, str], MarkRow]] = field(default_factory=dict)
    events: dict[MessageKey, EventRow] = field(default_factory=dict)
    last_number: dict[int, int] = field(default_factory=dict)


@dataclass
class Changes:
    """The rows a batch leaves behind, and what Slack must be told of it.

    `forgotten` are messages whose earlier texts are deleted, those of this batch too. `moved` are events
    that turned out to belong to another incident: from which to which, and their number there. `left` are
    messages of other channels that went from an incident's record onto another's.
    """

    messages: dict[MessageKey, MessageRow] = field(default_factory=dict)
    message_versions: dict[tuple[MessageKey, str], MessageVersionRow] = field(default_factory=dict)
    mark_versions: dict[tuple[MessageKey, str, str, str], MarkVersionRow] = field(default_factory=dict)
    forgotten: set[MessageKey] = field(default_factory=set)
    marks: dict[tuple[str, str, str, str, str], MarkRow] = field(default_factory=dict)
    events: dict[tuple[int, MessageKey], EventRow] = field(default_factory=dict)
    moved: dict[MessageKey, tuple[int, int, int]] = field(default_factory=dict)
    left: dict[tuple[MessageKey, int], MovedRow] = field(default_factory=dict)
    asks: dict[str, NewIntent] = field(default_factory=dict)


def load_state(connection: Connection, keys: Collection[MessageKey]) -> RecordState:
    """Read what a batch may touch; messages of channels without an incident are left out, unless taken."""
    state = RecordState()
    if not keys:
        return state
    lock_records(connection, keys)
    found = read_rows(connection, keys)
    for team_id, channel_id, incident_id, status, *moments, number, name in sorted(found.incidents):
        spans = state.incidents.setdefault((team_id, channel_id), [])
        spans.append(replace(_span(incident_id, status, *moments), channel_name=name))
        state.last_number[incident_id] = number or 0
    for row in found.messages:
        state.messages[_key_of(row)] = cast(MessageRow, row)
    for row in found.marks:
        marks = state.marks.setdefault(_key_of(row), {})
        marks[(row["user_id"], row["emoji"])] = cast(MarkRow, row)
    for row in sorted(found.events, key=lambda row: int(row["incident_id"])):
        state.events[(row["team_id"], row["channel_id"], row["message_ts"])] = cast(EventRow, row)
    _load_their_incidents(connection, state)
    return state


def _key_of(row: Mapping[str, Any]) -> MessageKey:
    return row["team_id"], row["channel_id"], row["ts"]


def _load_their_incidents(connection: Connection, state: RecordState) -> None:
    """The incidents of messages that do not belong to their channel's."""
    known = {span.incident_id for spans in state.incidents.values() for span in spans}
    named: dict[MessageKey, set[int]] = {}
    for key, event in state.events.items():
        named.setdefault(key, set()).add(event["incident_id"])
    for key, marks in state.marks.items():
        named.setdefault(key, set()).update(mark["incident_id"] for mark in marks.values())
    others = {key: ids - known for key, ids in named.items() if ids - known}
    if others:
        spans: dict[int, IncidentSpan] = {}
        for ids in _chunks(sorted(set().union(*others.values()))):
            for row in connection.execute(_SPANS_BY_ID, {"ids": ids}):
                spans[row[1]] = _span(*row[1:])
        state.taken = {key: [spans[one] for one in sorted(ids)] for key, ids in others.items()}


def load_spans(
    connection: Connection, channels: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[IncidentSpan]]:
    """When each incident that these channels keep or kept was open, by (team_id, channel_id)."""
    teams: dict[str, list[str]] = {}
    for team_id, channel_id in channels:
        teams.setdefault(team_id, []).append(channel_id)
    spans: dict[tuple[str, str], list[IncidentSpan]] = {}
    for team_id, channel_ids in teams.items():
        found = connection.execute(_SPANS, {"team_id": team_id, "channel_ids": channel_ids})
        for channel_id, *of_one in found:
            spans.setdefault((team_id, channel_id), []).append(_span(*of_one))
    return spans


def load_span(connection: Connection, incident_id: int) -> list[IncidentSpan]:
    """When one incident was open."""
    return [_span(*row[1:]) for row in connection.execute(_SPANS_BY_ID, {"ids": [incident_id]})]


def _span(
    incident_id: int,
    status: IncidentStatus,
    declared_at: datetime,
    read_since: datetime | None,
    started_at: datetime | None,
    resolved_at: datetime | None,
) -> IncidentSpan:
    return IncidentSpan(
        incident_id,
        declared_at,
        since=min(moment for moment in (declared_at, read_since, started_at) if moment),
        until=None if status == IncidentStatus.OPEN else resolved_at or declared_at,
        is_cancelled=status == IncidentStatus.CANCELLED,
    )


_STARTED = MILESTONE.alias("started")
_RESOLVED = MILESTONE.alias("resolved")
_EVERY_SPAN = (
    select(
        INCIDENT.c.channel_id,
        INCIDENT.c.id,
        INCIDENT.c.status,
        INCIDENT.c.declared_at,
        INCIDENT.c.read_since,
        _STARTED.c.at,
        _RESOLVED.c.at,
    )
    .outerjoin(
        _STARTED,
        and_(_STARTED.c.incident_id == INCIDENT.c.id, _STARTED.c.kind == MilestoneKind.IMPACT_STARTED),
    )
    .outerjoin(
        _RESOLVED, and_(_RESOLVED.c.incident_id == INCIDENT.c.id, _RESOLVED.c.kind == MilestoneKind.RESOLVED)
    )
    .order_by(INCIDENT.c.id)
)
_SPANS = _EVERY_SPAN.where(
    INCIDENT.c.team_id == bindparam("team_id"),
    INCIDENT.c.channel_id.in_(bindparam("channel_ids", expanding=True)),
)
_SPANS_BY_ID = _EVERY_SPAN.where(INCIDENT.c.id.in_(bindparam("ids", expanding=True)))


def write_changes(connection: Connection, changes: Changes, written_at: datetime) -> None:
    """Write a batch's rows and intents in the caller's transaction."""
    upsert_rows(connection, MESSAGES, list(changes.messages.values()))
    if changes.forgotten:
        connection.execute(_FORGET, [dict(zip(FORGOTTEN, key, strict=True)) for key in changes.forgotten])
    versions = [row for (key, _), row in changes.message_versions.items() if key not in changes.forgotten]
    upsert_rows(connection, MESSAGE_VERSIONS, versions)
    upsert_rows(connection, MARKS, list(changes.marks.values()))
    upsert_rows(connection, MARK_VERSIONS, list(changes.mark_versions.values()))
    upsert_rows(connection, MOVED_MESSAGES, list(changes.left.values()))
    for (team_id, channel_id, ts), (old, new, number) in changes.moved.items():
        connection.execute(
            update(EVENT)
            .where(
                EVENT.c.team_id == team_id,
                EVENT.c.channel_id == channel_id,
                EVENT.c.message_ts == ts,
                EVENT.c.incident_id == old,
            )
            .values(incident_id=new, number=number)
        )
    upsert_rows(connection, EVENTS, list(changes.events.values()))
    write_asks(connection, list(changes.asks.values()), written_at)


FORGOTTEN = ("of_team", "of_channel", "of_ts")
_FORGET = delete(MESSAGE_VERSION).where(
    *(MESSAGE_VERSION.c[name] == bindparam(place) for name, place in zip(MESSAGE_KEY, FORGOTTEN, strict=True))
)
MESSAGES = Upsert(MESSAGE, tuple(MessageRow.__annotations__), MESSAGE_KEY, kept=frozenset({"is_confirmed"}))
MESSAGE_VERSIONS = Upsert(
    MESSAGE_VERSION, tuple(MessageVersionRow.__annotations__), (*MESSAGE_KEY, "version_ts")
)
MARKS = Upsert(MARK, tuple(MarkRow.__annotations__), MARK_KEY)
MARK_VERSIONS = Upsert(MARK_VERSION, tuple(MarkVersionRow.__annotations__), (*MARK_KEY, "changed_ts"))
MOVED_MESSAGES = Upsert(
    MOVED,
    tuple(MovedRow.__annotations__),
    (*MESSAGE_KEY, "incident_id"),
)
EVENTS = Upsert(
    EVENT,
    tuple(EventRow.__annotations__),
    ("incident_id", "channel_id", "message_ts"),
    kept=frozenset({"number", "recorded_at", "source"}),
)


T = TypeVar("T")


def _chunks(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + FEW] for start in range(0, len(items), FEW)]
