"""Bringing the schema up to date, at every start, inside one transaction."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from storage.patience import FOR_MIGRATIONS, limits_of
from storage.trouble import is_locked

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_104_213  # any number, the same in every replica


class MigratedElsewhere(Exception):
    """Another process has been migrating for too long; the text is one sentence for who starts Scribe."""


class NewerSchema(Exception):
    """The database has migrations that this Scribe does not know; the text names them."""


def migrate(connection: Connection) -> None:
    """Apply the migrations that are missing, on the caller's connection and in its transaction.

    On Postgres an advisory lock lets replicas that start together take turns; on SQLite the caller's
    BEGIN IMMEDIATE does.

    Raises:
        MigratedElsewhere: another process holds that lock and does not end.
        NewerSchema: the database was migrated by a newer Scribe.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(limits_of(FOR_MIGRATIONS).replace("SET", "SET LOCAL"))
        _take_turn(connection)
    if not _is_newest(connection):
        _upgrade(connection)


def _is_newest(connection: Connection) -> bool:
    newest = max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*.py"))
    if not inspect(connection).has_table("alembic_version"):
        return False
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars()) == [newest]


def _upgrade(connection: Connection) -> None:
    # loaded where there is something to migrate: most starts and commands are done without
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        raise NewerSchema(", ".join(sorted(unknown)))
    command.upgrade(config, "head")


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
