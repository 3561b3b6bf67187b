"""Bringing the schema up to date, at every start, inside one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_104_213  # any number, the same in every replica


def migrate(connection: Connection) -> None:
    """Apply the migrations that are missing, on the caller's connection and in its transaction.

    On Postgres an advisory lock lets replicas that start together take turns; on SQLite the caller's
    BEGIN IMMEDIATE does.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
