"""INSERT … ON CONFLICT for the two databases Scribe knows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert_for(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that understands `on_conflict_do_update` on this database."""
    return _insert(dialect.name, table)


def upsert(
    dialect: Dialect, table: Table, *, keys: list[str], kept: frozenset[str] = frozenset()
) -> sqlite.Insert | postgresql.Insert:
    """Insert full rows; where `keys` exist already, replace every column but `id`, the keys and `kept`."""
    return _upsert(dialect.name, table, tuple(keys), kept)


@cache  # a statement is never changed, and building one costs more than carrying it out
def _upsert(
    dialect_name: str, table: Table, keys: tuple[str, ...], kept: frozenset[str]
) -> sqlite.Insert | postgresql.Insert:
    statement = _insert(dialect_name, table)
    untouched = {"id", *keys, *kept}
    return statement.on_conflict_do_update(
        index_elements=list(keys),
        set_={c.name: statement.excluded[c.name] for c in table.columns if c.name not in untouched},
    )


def _insert(dialect_name: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    if dialect_name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # which a record in SQLite needs nothing of

    return postgresql.insert(table)
