"""INSERT … ON CONFLICT for the two databases Scribe knows."""

from __future__ import annotations

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_for(dialect: Dialect, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that understands `on_conflict_do_update` on this database."""
    if dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def upsert(
    dialect: Dialect, table: Table, *, keys: list[str], kept: frozenset[str] = frozenset()
) -> sqlite.Insert | postgresql.Insert:
    """Insert full rows; where `keys` exist already, replace every column but `id`, the keys and `kept`."""
    statement = insert_for(dialect, table)
    untouched = {"id", *keys, *kept}
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={c.name: statement.excluded[c.name] for c in table.columns if c.name not in untouched},
    )
