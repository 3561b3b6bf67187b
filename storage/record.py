"""What the recorder reads before it decides, and what it writes after."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)

from storage.advisory_lock import record_of, take_advisory_lock
from storage.columns import table_of
from storage.outbox import NewIntent, write_asks
from storage.record_rows import EventRow, MarkRow, MarkVersionRow, MessageRow, MessageVersionRow
from storage.tables import (
    Incident,
    Mark,
    MarkVersion,
    Message,
    MessageVersion,
    Milestone,
    TimelineEvent,
)
from storage.upsert import upsert
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

MESSAGE_KEY = ["team_id", "channel_id", "ts"]
MARK_KEY = [*MESSAGE_KEY, "user_id", "emoji"]

FEW = 400  # keys per SELECT … IN: well under SQLite's 32,766 variables


@dataclass(frozen=True)
class IncidentSpan:
    """When an incident was open in its channel; `since` is its stated start, where that is earlier.

    `until` is None while it is open.
    """

    incident_id: int
    declared_at: datetime
    since: datetime
    until: datetime | None = None
    is_cancelled: bool = False


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
    that turned out to belong to another incident: from which to which, and their number there.
    """

    messages: dict[MessageKey, MessageRow] = field(default_factory=dict)
    message_versions: dict[tuple[MessageKey, str], MessageVersionRow] = field(default_factory=dict)
    mark_versions: dict[tuple[MessageKey, str, str, str], MarkVersionRow] = field(default_factory=dict)
    forgotten: set[MessageKey] = field(default_factory=set)
    marks: dict[tuple[str, str, str, str, str], MarkRow] = field(default_factory=dict)
    events: dict[tuple[int, MessageKey], EventRow] = field(default_factory=dict)
    moved: dict[MessageKey, tuple[int, int, int]] = field(default_factory=dict)
    asks: dict[str, NewIntent] = field(default_factory=dict)


def load_state(connection: Connection, keys: Collection[MessageKey]) -> RecordState:
    """Read what a batch may touch; messages of channels without an incident are left out, unless taken."""
    state = RecordState()
    for some in _by_channel(keys):
        state.incidents |= load_spans(connection, list(some))
    for what in sorted(record_of(*channel) for channel in state.incidents):
        take_advisory_lock(connection, what)
    for some in _by_channel({key for key in keys if key[:2] in state.incidents}):
        _load_messages(connection, state, some)
    for some in _by_channel({key for key in keys if key[:2] not in state.incidents}):
        _load_taken(connection, state, some)
    _load_their_incidents(connection, state)
    known = [span.incident_id for spans in state.incidents.values() for span in spans]
    for ids in _chunks(sorted(known)):
        last = select(func.max(EVENT.c.number)).where(EVENT.c.incident_id == INCIDENT.c.id).scalar_subquery()
        rows = connection.execute(select(INCIDENT.c.id, last).where(INCIDENT.c.id.in_(ids)))
        state.last_number.update({incident_id: number or 0 for incident_id, number in rows})
    return state


def _by_channel(keys: Collection[MessageKey]) -> Iterator[dict[tuple[str, str], list[str]]]:
    """The messages of each channel, not too many at a time."""
    some: dict[tuple[str, str], list[str]] = {}
    for count, (team_id, channel_id, ts) in enumerate(sorted(keys), start=1):
        some.setdefault((team_id, channel_id), []).append(ts)
        if count % FEW == 0:
            yield some
            some = {}
    if some:
        yield some


Some = Mapping[tuple[str, str], list[str]]
"""Messages by their channel."""


@cache  # building a statement costs more than carrying it out
def _about(table: Table, column: str, channels: int) -> ColumnElement[bool]:
    """Rows about messages of this many channels; SQLite finds them by index, but not by a list of triples."""
    return or_(
        *(
            and_(
                table.c.team_id == bindparam(f"team{number}"),
                table.c.channel_id == bindparam(f"channel{number}"),
                table.c[column].in_(bindparam(f"ts{number}", expanding=True)),
            )
            for number in range(channels)
        )
    )


@cache
def _all_about(table: Table, column: str, channels: int) -> Select[Any]:
    statement = select(table).where(_about(table, column, channels))
    return statement.order_by(EVENT.c.incident_id) if table is EVENT else statement


def _values(some: Some) -> dict[str, str | list[str]]:
    values: dict[str, str | list[str]] = {}
    for number, ((team_id, channel_id), every_ts) in enumerate(some.items()):
        values |= {f"team{number}": team_id, f"channel{number}": channel_id, f"ts{number}": every_ts}
    return values


def _load_taken(connection: Connection, state: RecordState, some: Some) -> None:
    """The messages that are on a record elsewhere: there are few, and most batches find none."""
    values = _values(some)
    found = connection.execute(_keys_about(len(some)), values).all()
    if found:
        for these in _by_channel([(team_id, channel_id, ts) for team_id, channel_id, ts in found]):
            _load_messages(connection, state, these)


@cache
def _keys_about(channels: int) -> Select[Any]:
    return select(*(MESSAGE.c[name] for name in MESSAGE_KEY)).where(_about(MESSAGE, "ts", channels))


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


def _load_messages(connection: Connection, state: RecordState, some: Some) -> None:
    values = _values(some)
    for row in connection.execute(_all_about(MESSAGE, "ts", len(some)), values).mappings():
        message = cast(MessageRow, {name: row[name] for name in MessageRow.__annotations__})
        state.messages[(row["team_id"], row["channel_id"], row["ts"])] = message
    for row in connection.execute(_all_about(MARK, "ts", len(some)), values).mappings():
        mark = cast(MarkRow, {name: row[name] for name in MarkRow.__annotations__})
        key = (row["team_id"], row["channel_id"], row["ts"])
        state.marks.setdefault(key, {})[(row["user_id"], row["emoji"])] = mark
    for row in connection.execute(_all_about(EVENT, "message_ts", len(some)), values).mappings():
        event = cast(EventRow, {name: row[name] for name in EventRow.__annotations__})
        state.events[(row["team_id"], row["channel_id"], row["message_ts"])] = event


def write_changes(connection: Connection, changes: Changes, written_at: datetime) -> None:
    """Write a batch's rows and intents in the caller's transaction."""
    dialect = connection.dialect
    if changes.messages:
        statement = upsert(dialect, MESSAGE, keys=MESSAGE_KEY, kept=frozenset({"is_confirmed"}))
        connection.execute(statement, list(changes.messages.values()))
    for some in _by_channel(changes.forgotten):
        these = _about(MESSAGE_VERSION, "ts", len(some))
        connection.execute(delete(MESSAGE_VERSION).where(these), _values(some))
    message_versions = [
        row for (key, _), row in changes.message_versions.items() if key not in changes.forgotten
    ]
    if message_versions:
        statement = upsert(dialect, MESSAGE_VERSION, keys=[*MESSAGE_KEY, "version_ts"])
        connection.execute(statement, message_versions)
    if changes.marks:
        statement = upsert(dialect, MARK, keys=MARK_KEY)
        connection.execute(statement, list(changes.marks.values()))
    if changes.mark_versions:
        statement = upsert(dialect, MARK_VERSION, keys=[*MARK_KEY, "changed_ts"])
        connection.execute(statement, list(changes.mark_versions.values()))
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
    if changes.events:
        statement = upsert(
            dialect,
            EVENT,
            keys=["incident_id", "channel_id", "message_ts"],
            kept=frozenset({"number", "recorded_at", "source"}),
        )
        connection.execute(statement, list(changes.events.values()))
    write_asks(connection, list(changes.asks.values()), written_at)


T = TypeVar("T")


def _chunks(items: Sequence[T]) -> list[Sequence[T]]:
    return [items[start : start + FEW] for start in range(0, len(items), FEW)]
