"""The recorder's statements as text, one for each thing a batch does.

Below SQLAlchemy's compiler: putting a statement together took it longer than the database takes to carry it
out. And few statements with few rows: SQLite gives Python's lock away at each step, PostgreSQL answers each
after a round trip, and a busy event loop makes the thread that writes wait for its turn every time. So what a
batch may touch is read as one row of JSON, and rows are written many to a statement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Dialect, Table, TypeDecorator
from sqlmodel import AutoString

from storage.advisory_lock import record_of
from storage.columns import UtcDateTime, table_of
from storage.record_rows import EventRow, MarkRow, MessageRow
from storage.tables import Mark, Message, TimelineEvent

Key = tuple[str, str, str]
"""(team_id, channel_id, ts)"""
Read = Callable[[Any], Any]

MOST_AT_ONCE = 64
"""Rows of one statement on SQLite; fewer go by powers of two, so that few texts are ever prepared."""


@dataclass(frozen=True)
class Upsert:
    """Inserting rows of a table; where `keys` exist already, every column but these and `kept` is replaced.

    `again` says in SQL what a column becomes then, where that is not the new row's value.
    """

    table: Table
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    kept: frozenset[str] = frozenset()
    again: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)


def upsert_rows(connection: Connection, upsert: Upsert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write whole rows, no two of which have the same key, in their order."""
    if not rows:
        return
    dialect = connection.dialect
    if dialect.name == "postgresql":
        values = [{name: row[name] for name in upsert.columns} for row in rows]
        statement = _into_postgres(upsert, dialect)
        connection.exec_driver_sql(statement, (json.dumps(values, default=_aware_text),))
        return
    written = _writers(upsert)
    done = 0
    while done < len(rows):
        count = min(MOST_AT_ONCE, 1 << (len(rows) - done).bit_length() - 1)
        some = rows[done : done + count]
        parameters = tuple(
            write(row[name]) if write else row[name] for row in some for name, write in written
        )
        connection.exec_driver_sql(_into_sqlite(upsert, count), parameters)
        done += count


@cache
def _into_sqlite(upsert: Upsert, count: int) -> str:
    places = ", ".join("?" * len(upsert.columns))
    return f"{_insert(upsert)} VALUES {', '.join([f'({places})'] * count)} {_on_conflict(upsert)}"


@cache
def _into_postgres(upsert: Upsert, dialect: Dialect) -> str:
    typed = (f"{name} {upsert.table.c[name].type.compile(dialect=dialect)}" for name in upsert.columns)
    names = ", ".join(upsert.columns)
    rows = f"SELECT {names} FROM json_to_recordset(CAST(%s AS json)) AS given({', '.join(typed)})"
    return f"{_insert(upsert)} {rows} {_on_conflict(upsert)}"


def _insert(upsert: Upsert) -> str:
    return f"INSERT INTO {upsert.table.name} ({', '.join(upsert.columns)})"


def _on_conflict(upsert: Upsert) -> str:
    untouched = {*upsert.keys, *upsert.kept}
    replaced = {name: f"excluded.{name}" for name in upsert.columns if name not in untouched}
    changed = ", ".join(f"{name} = {value}" for name, value in {**replaced, **upsert.again}.items())
    return f"ON CONFLICT ({', '.join(upsert.keys)}) DO UPDATE SET {changed}"


@cache
def _writers(upsert: Upsert) -> list[tuple[str, Read | None]]:
    """What makes each column's value one that the driver of SQLite takes."""
    found: list[tuple[str, Read | None]] = []
    for name in upsert.columns:
        type_ = upsert.table.c[name].type
        is_json, is_time = isinstance(type_, JSON), isinstance(type_, UtcDateTime)
        found.append((name, json.dumps if is_json else _sqlite_time if is_time else None))
    return found


def _sqlite_time(value: datetime | None) -> str | None:
    """As SQLAlchemy keeps a time in SQLite."""
    if value is None:
        return None
    return f"{_aware(value).replace(tzinfo=None).isoformat(sep=' ', timespec='microseconds')}"


def _aware_text(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no place in a row")
    return _aware(value).isoformat()


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone must not be stored: {value!r}")
    return value.astimezone(UTC)


@dataclass(frozen=True)
class Found:
    """What stands about some messages: rows as dictionaries, and every incident that their channels keep.

    Of an incident: team_id, channel_id, id, status, declared_at, read_since, when its impact started, when it
    was resolved, the last number on its timeline, and its channel's name.
    """

    messages: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    events: list[dict[str, Any]]
    incidents: list[tuple[Any, ...]]


def lock_records(connection: Connection, keys: Collection[Key]) -> None:
    """Wait until no other transaction writes the records of these messages' channels, one after the other.

    SQLite has one writer at a time anyway. Channels without an incident have no record.
    """
    if connection.dialect.name != "postgresql":
        return
    channels = sorted({key[:2] for key in keys}, key=lambda channel: record_of(*channel))
    asked = [{"team_id": one[0], "channel_id": one[1], "what": record_of(*one)} for one in channels]
    connection.exec_driver_sql(_LOCK, (json.dumps(asked),))


_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(its.what, 0)) FROM (
  SELECT k.what
  FROM json_to_recordset(CAST(%s AS json)) AS k(team_id text, channel_id text, what text)
  WHERE EXISTS (SELECT FROM incident AS i WHERE i.team_id = k.team_id AND i.channel_id = k.channel_id)
  ORDER BY k.what COLLATE "C" OFFSET 0
) AS its
"""


def read_rows(connection: Connection, keys: Collection[Key]) -> Found:
    """Read what stands about these messages, in one statement."""
    name = connection.dialect.name
    row = connection.exec_driver_sql(_reading(name), (json.dumps(sorted(set(keys))),)).one()
    messages, marks, events, incidents = (
        json.loads(part) if isinstance(part, str) else part or [] for part in row
    )
    return Found(
        [_read(part, _MESSAGE, name) for part in messages],
        [_read(part, _MARK, name) for part in marks],
        [_read(part, _EVENT, name) for part in events],
        [(*one[:4], *map(_time, one[4:8]), *one[8:]) for one in incidents],
    )


@dataclass(frozen=True)
class _Rows:
    table: Table
    columns: tuple[str, ...]


_MESSAGE = _Rows(table_of(Message), tuple(MessageRow.__annotations__))
_MARK = _Rows(table_of(Mark), tuple(MarkRow.__annotations__))
_EVENT = _Rows(table_of(TimelineEvent), tuple(EventRow.__annotations__))


def _read(values: Sequence[Any], rows: _Rows, dialect_name: str) -> dict[str, Any]:
    found = dict(zip(rows.columns, values, strict=True))
    for name, read in _readers(rows, dialect_name):
        found[name] = read(found[name])
    return found


@cache
def _readers(rows: _Rows, dialect_name: str) -> list[tuple[str, Read]]:
    """What makes a value of Python's of those that JSON has no kind for, or SQLite keeps as another."""
    found: list[tuple[str, Read]] = []
    for name in rows.columns:
        type_ = rows.table.c[name].type
        if isinstance(type_, UtcDateTime):
            found.append((name, _time))
        elif isinstance(type_, TypeDecorator) and not isinstance(type_, AutoString):
            found.append((name, partial(_word, type_)))
        elif dialect_name == "sqlite" and isinstance(type_, JSON):
            found.append((name, json.loads))
        elif dialect_name == "sqlite" and isinstance(type_, Boolean):
            found.append((name, bool))
    return found


def _word(type_: TypeDecorator[Any], value: Any) -> Any:
    return type_.process_result_value(value, None)  # type: ignore[arg-type]  # which no word depends on


def _time(value: str | None) -> datetime | None:
    if value is None:
        return None
    read = datetime.fromisoformat(value)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


@cache
def _reading(dialect_name: str) -> str:
    """One row of four lists. CROSS JOIN has SQLite go from the keys to the rows, by their indexes."""
    if dialect_name == "postgresql":
        gather, array = "json_agg", "json_build_array"
        keys = "SELECT e ->> 0, e ->> 1, e ->> 2 FROM json_array_elements(CAST(%s AS json)) AS e"
    else:
        gather, array = "json_group_array", "json_array"
        part = "json_extract(value, '$[{}]')"
        keys = f"SELECT {', '.join(part.format(number) for number in range(3))} FROM json_each(?)"

    def about(rows: _Rows, ts: str) -> str:
        values = ", ".join(f"r.{name}" for name in rows.columns)
        return (
            f"(SELECT {gather}({array}({values})) FROM k CROSS JOIN {rows.table.name} AS r"
            f" WHERE r.team_id = k.team_id AND r.channel_id = k.channel_id AND r.{ts} = k.ts)"
        )

    incidents = f"""
    (SELECT {gather}({array}(
       i.team_id, i.channel_id, i.id, i.status, i.declared_at, i.read_since, started.at, resolved.at,
       (SELECT number FROM timeline_event AS e WHERE e.incident_id = i.id ORDER BY number DESC LIMIT 1),
       i.channel_name))
     FROM (SELECT DISTINCT team_id, channel_id FROM k) AS c CROSS JOIN incident AS i
     LEFT JOIN milestone AS started ON started.incident_id = i.id AND started.kind = 'impact_started'
     LEFT JOIN milestone AS resolved ON resolved.incident_id = i.id AND resolved.kind = 'resolved'
     WHERE i.team_id = c.team_id AND i.channel_id = c.channel_id)
    """
    lists = (about(_MESSAGE, "ts"), about(_MARK, "ts"), about(_EVENT, "message_ts"), incidents)
    return f"WITH k(team_id, channel_id, ts) AS ({keys}) SELECT {', '.join(lists)}"
