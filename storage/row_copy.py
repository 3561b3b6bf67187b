"""Copying every row of a record from one database into another, whichever kind each is.

The tables are those that the migrations make at the record's revision, as SQLite describes them: what else
stands in a PostgreSQL database is not Scribe's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    text,
    type_coerce,
)

from storage.columns import UtcDateTime
from storage.migrate import VERSION_TABLE

FULL_TEXT = "search_words"
"""SQLite's own tables of the full-text index, which triggers fill."""
NOTED_BY_TRIGGERS = "search_stale"
"""Triggers write it while other tables are filled, so it is copied last."""
AT_ONCE = 500


def tables_of(sqlite: Connection) -> Sequence[Table]:
    """The record's tables as they stand in an SQLite file, each after those that it refers to."""
    found = MetaData()
    found.reflect(sqlite, only=lambda name, _: name != VERSION_TABLE and not name.startswith(FULL_TEXT))
    return sorted(found.sorted_tables, key=lambda table: table.name == NOTED_BY_TRIGGERS)


def copy_rows(source: Connection, target: Connection, tables: Sequence[Table]) -> int:
    """Copy every row of these tables; returns how many.

    The target's schema is at the source's revision and holds no record. A value is copied as it stands, also
    one that this Scribe would not understand.
    """
    count = 0
    for table in tables:
        target.execute(delete(table))  # what migrations or triggers have put there
        statement = insert(table).values({column.name: _written(column, target) for column in table.columns})
        for rows in _rows(source, table):
            target.execute(statement, rows)
            count += len(rows)
    if target.dialect.name == "postgresql":
        count_on(target, tables)
    return count


def rows_of(connection: Connection, table: Table) -> list[Mapping[str, Any]]:
    """Every row of a table, in the order of its key, the same whichever kind of database holds it."""
    keys = list(table.primary_key.columns)
    found = connection.execute(select(*(_read(column) for column in table.columns)).order_by(*keys))
    return [row._asdict() for row in found]


def _rows(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(*(_read(column) for column in table.columns))
    for rows in source.execute(query, execution_options={"yield_per": AT_ONCE}).partitions():
        yield [row._asdict() for row in rows]


def _read(column: Column[Any]) -> ColumnElement[Any]:
    """JSON as its text, so that a value that is absent and one that is `null` stay what they are."""
    if isinstance(column.type, JSON):
        return cast(column, Text).label(column.name)
    if isinstance(column.type, DateTime):
        return type_coerce(column, UtcDateTime()).label(column.name)
    return column


def _written(column: Column[Any], target: Connection) -> ColumnElement[Any]:
    if isinstance(column.type, DateTime):
        return bindparam(column.name, type_=UtcDateTime())
    if not isinstance(column.type, JSON):
        return bindparam(column.name, type_=column.type)
    as_text = bindparam(column.name, type_=Text())
    return cast(as_text, JSON) if target.dialect.name == "postgresql" else as_text


def count_on(postgresql: Connection, tables: Sequence[Table]) -> None:
    """Have the keys that PostgreSQL gives from now on follow those that were copied."""
    for table in tables:
        (key, *others) = table.primary_key.columns
        if others or key.type.python_type is not int:
            continue
        last = postgresql.execute(select(func.max(key))).scalar()
        sequence = postgresql.execute(
            text("SELECT pg_get_serial_sequence(:table, :key)"),
            {"table": f'"{table.name}"', "key": key.name},
        ).scalar()
        if last is not None and sequence is not None:
            postgresql.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
