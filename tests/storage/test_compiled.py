"""A statement is compiled once for all engines of a kind, and never for one that would say it otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlmodel import select

from storage import compiled, incidents
from storage.compiled import CompiledStatements
from storage.tables import Incident
from tests.storage.conftest import CHANNEL, TEAM, incident, opened

MADE = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)


def key(dialect: Any, statement: str = "select") -> tuple[Any, ...]:
    return (dialect, statement, (), False, False)


def dialect_of(version: tuple[int, ...]) -> PGDialectAsync_psycopg:
    made = PGDialectAsync_psycopg()
    made.server_version_info = version
    return made


def test_dialects_of_one_class_and_version_share() -> None:
    known = CompiledStatements()
    known[key(dialect_of((17, 0)))] = "SELECT"

    assert known.get(key(dialect_of((17, 0)))) == "SELECT"
    assert known[key(dialect_of((17, 0)))] == "SELECT"
    assert known.get(key(dialect_of((13, 0)))) is None
    assert known.get(key(SQLiteDialect_aiosqlite())) is None
    assert known.get(key(dialect_of((17, 0)), "insert")) is None


def test_it_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST", 3)
    known, dialect = CompiledStatements(), dialect_of((17, 0))
    for number in range(10):
        known[key(dialect, f"select {number}")] = number
        assert len(known) <= 3
        assert known.get(key(dialect, f"select {number}")) == number


async def test_a_second_database_reads_what_is_its_own(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url) as first, opened(f"sqlite:///{tmp_path / 'other.db'}") as second:
        for database, title in ((first, "Checkout is down"), (second, "Search is slow")):
            async with database.write() as session:
                made = incident()
                made.title = title
                session.add(made)
        for database, title in ((first, "Checkout is down"), (second, "Search is slow")):
            async with database.read() as session:
                found = await incidents.by_number(session, TEAM, 1)
                assert found is not None
                assert (found.title, found.channel_id, found.declared_at) == (title, CHANNEL, MADE)
                assert (await session.exec(select(Incident.title))).all() == [title]
