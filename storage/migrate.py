"""Bringing the schema up to date, at every start, inside one transaction.

While replicas are replaced one after the other, an old one works beside a new one on the new one's schema.
So a migration says in `works_from` the oldest revision whose Scribe can; the highest of these is kept with
the schema, and a Scribe that does not know the schema looks there whether it may work with it all the same.
docs/how-to/change-the-schema.md says what such a migration may do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection, delete, insert, inspect, select, text
from sqlalchemy.exc import OperationalError

from storage.columns import table_of
from storage.patience import FOR_MIGRATIONS, MIGRATION_LOCKS_WITHIN, limits_of
from storage.replica_tables import SchemaFloor
from storage.trouble import is_locked

log = structlog.get_logger()

FLOOR = table_of(SchemaFloor)
MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
LOCK = 7_104_213  # any number, the same in every replica


class MigratedElsewhere(Exception):
    """Another process has been in the way for too long; the text is one sentence for who starts Scribe."""


class NewerSchema(Exception):
    """The database has migrations that this Scribe does not know; the text names them."""


@dataclass(frozen=True)
class Migration:
    """One migration: its revision, and what it changes in a line."""

    revision: str
    changes: str


@dataclass(frozen=True)
class Schema:
    """How far a database's schema is: its revision, None where it holds no record, and what is missing."""

    revision: str | None
    missing: Sequence[Migration]


def migrate(connection: Connection, revision: str = "head") -> None:
    """Apply the migrations that are missing, on the caller's connection and in its transaction.

    A `revision` is given where a schema is wanted as it once was.

    On Postgres an advisory lock lets replicas that start together take turns; on SQLite the caller's
    BEGIN IMMEDIATE does.

    Raises:
        MigratedElsewhere: another process holds that lock and does not end.
        NewerSchema: the database was migrated by a newer Scribe, beside which this one cannot work.
        OperationalError: a table is locked (`is_locked`); nothing was done, and it may be tried again.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(limits_of(FOR_MIGRATIONS).replace("SET", "SET LOCAL"))
        _take_turn(connection)
        # what changes a table waits for everybody who uses it, and everybody who comes after waits for that
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(MIGRATION_LOCKS_WITHIN * 1000)}")
    if not _is_newest(connection):
        _upgrade(connection, revision)


def schema_of(connection: Connection) -> Schema:
    """How far the schema is; it changes nothing.

    Raises:
        NewerSchema: the database was migrated by a newer Scribe, also one beside which this one can work.
    """
    from alembic.script import ScriptDirectory

    every = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())[::-1]
    migrations = [Migration(one.revision, (one.doc or "").strip()) for one in every]
    applied = revision_of(connection)
    if applied is None:
        return Schema(None, migrations)
    known = [one.revision for one in migrations]
    if applied not in known:
        raise NewerSchema(applied)
    return Schema(applied, migrations[known.index(applied) + 1 :])


def revision_of(connection: Connection) -> str | None:
    """The last migration that was applied; None where there is no record."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def _is_newest(connection: Connection) -> bool:
    newest = max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*.py"))
    return revision_of(connection) == newest


def _upgrade(connection: Connection, revision: str) -> None:
    # loaded where there is something to migrate: most starts and commands are done without
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    newest = max(script.revision for script in scripts)
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - {
        script.revision for script in scripts
    }
    if unknown:
        floor = _floor(connection)
        if floor is None or floor > newest:
            raise NewerSchema(", ".join(sorted(unknown)))
        log.warning("schema.newer", schema=", ".join(sorted(unknown)), known=newest, works_from=floor)
        return
    command.upgrade(config, revision)
    if not inspect(connection).has_table(FLOOR.name):
        return  # it was brought to where it once was
    applied = revision_of(connection)
    assert applied is not None, "it was just brought there"
    # a migration from before there was a floor was made for the Scribe of its own revision
    floors = [
        getattr(script.module, "works_from", script.revision)
        for script in scripts
        if script.revision <= applied
    ]
    connection.execute(delete(FLOOR))
    connection.execute(insert(FLOOR).values(works_from=max(floors)))


def _floor(connection: Connection) -> str | None:
    """The oldest revision whose Scribe may work with the schema as it stands."""
    if not inspect(connection).has_table(FLOOR.name):
        return None
    found: str | None = connection.execute(select(FLOOR.c.works_from)).scalar()
    return found


def _take_turn(connection: Connection) -> None:
    try:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    except OperationalError as problem:
        if not is_locked(problem):
            raise
        raise MigratedElsewhere(
            f"Another Scribe has been bringing this database up to date for more than "
            f"{FOR_MIGRATIONS.lock:.0f} s: wait until it is done, then start again."
        ) from problem
