"""A copy of the whole record in one file, made while Scribe runs, and taken back into an empty place.

Of SQLite it is made by SQLite's online backup (sqlite.org/backup.html), of PostgreSQL by `pg_dump`. Where no
`pg_dump` fits the server, and where the copy is to be portable, PostgreSQL's rows are read in one snapshot
into an SQLite file, which either kind of database takes back.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, create_engine, inspect, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from storage.address import BadAddress, first_line, read_address, shown
from storage.cannot import Cannot
from storage.engines import sqlite_thread_engine
from storage.instance_lock import InstanceLock, NotAlone
from storage.migrate import VERSION_TABLE, NewerSchema, migrate, revision_of, schema_of
from storage.outbox import INTENTS
from storage.postgres_dump import PgFailed, PgMissing, dump, take_back
from storage.row_copy import copy_rows, tables_of
from storage.vocabulary import IntentState

SQLITE_FILE, POSTGRESQL_DUMP = b"SQLite format 3\0", b"PGDMP"
"""How each kind of copy begins."""
COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside its file; one that was left behind would be taken for the new file's."""


class CannotBackUp(Cannot):
    """No copy was made, or none taken back; the text is one sentence for who asked."""


@dataclass(frozen=True)
class BackedUp:
    """A copy that was made: of which database, how large, and why it was not made by `pg_dump`, if so."""

    database: str
    size: int
    instead: str | None = None


@dataclass(frozen=True)
class Restored:
    """A copy that was taken back; `waiting` is how much Slack was still to be told when it was made."""

    database: str
    waiting: int


def back_up(database_url: str, file: Path, *, is_portable: bool = False) -> BackedUp:
    """Copy the record into a new file, readable by its owner alone; it is whole or it is not there.

    Raises:
        CannotBackUp: there is such a file, there is no record, or the database fails.
        OSError: the file cannot be written.
    """
    url = _address(database_url)
    if file.exists():
        raise CannotBackUp(f"{file} is there already, and a backup is never written over: name another file.")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with _told(url):
            instead = _copied(url, part, is_portable=is_portable)
        _flush(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return BackedUp(shown(url), file.stat().st_size, instead)


def _copied(url: URL, part: Path, *, is_portable: bool) -> str | None:
    """Copy into the file; returns why it is another kind of copy than the database's own."""
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(url, part)
        return None
    with _postgresql(url) as connection:
        if revision_of(connection) is None:
            raise CannotBackUp(_holds_nothing(shown(url)))
        if not is_portable:
            try:
                dump(url, part)
                return None
            except (PgMissing, PgFailed) as problem:
                instead = str(problem)
        else:
            instead = None
        _copy_postgresql(connection, part)
    return instead


def _copy_sqlite(url: URL, part: Path) -> None:
    with closing(sqlite3.connect(_existing(url), uri=True)) as source, closing(_opened(part)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        _check_whole(target, shown(url))
        if not target.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (VERSION_TABLE,)).fetchone():
            raise CannotBackUp(_holds_nothing(shown(url)))


def _copy_postgresql(connection: Connection, part: Path) -> None:
    revision = schema_of(connection).revision
    assert revision is not None, "it was just looked at"
    with _sqlite(part) as target:
        migrate(target, revision)
        copy_rows(connection, target, tables_of(target))
    with closing(_opened(part)) as made:
        made.execute("PRAGMA journal_mode=DELETE")


def restore(file: Path, database_url: str) -> Restored:
    """Take a copy back into a database that holds no record, and bring its schema up to date.

    What waited to be told to Slack is marked as in doubt: it may have been told after the copy was made, so
    that it is looked up before it is told again.

    Raises:
        CannotBackUp: the file is no copy, the place is not empty, or the database fails.
        OSError: the file cannot be read.
    """
    url = _address(database_url)
    with file.open("rb") as opened:
        begins = opened.read(len(SQLITE_FILE))
    is_dump = begins.startswith(POSTGRESQL_DUMP)
    if not is_dump and begins != SQLITE_FILE:
        raise CannotBackUp(f"{file} is no backup that `scribe backup` made.")
    with _told(url), _alone(database_url):
        if url.get_backend_name() == "sqlite":
            if is_dump:
                raise CannotBackUp(
                    f"{file} was made by pg_dump, which PostgreSQL alone takes back: name such a database in "
                    "DATABASE_URL. `scribe backup --portable` makes one that SQLite takes too."
                )
            return _restore_sqlite(file, url)
        with _postgresql(url) as connection:
            if revision_of(connection) is not None:
                raise CannotBackUp(_is_taken(shown(url)))
        return _restore_dump(file, url) if is_dump else _restore_rows(file, url)


def _restore_sqlite(file: Path, url: URL) -> Restored:
    target = Path(url.database or "").absolute()
    for one in (target, *(target.with_name(target.name + end) for end in COMPANIONS)):
        if one.exists() and (one.stat().st_size or one != target):
            raise CannotBackUp(_is_taken(str(one)))
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        waiting = _brought_up_to_date(file, part)
        _flush(part)
        part.replace(target)
    finally:
        for one in (part, *(part.with_name(part.name + end) for end in COMPANIONS)):
            one.unlink(missing_ok=True)
    return Restored(shown(url), waiting)


def _restore_rows(file: Path, url: URL) -> Restored:
    with TemporaryDirectory(prefix="scribe-restore-") as folder:
        part = Path(folder) / "scribe.db"
        _brought_up_to_date(file, part)
        with _sqlite(part) as source, _postgresql(url, writes=True) as target:
            migrate(target)
            copy_rows(source, target, tables_of(source))
            return Restored(shown(url), _waiting(target))


def _restore_dump(file: Path, url: URL) -> Restored:
    try:
        take_back(file, url)
    except (PgMissing, PgFailed) as problem:
        raise CannotBackUp(f"{file} was made by pg_dump and could not be taken back: {problem}") from problem
    with _postgresql(url, writes=True) as connection:
        migrate(connection)
        return Restored(shown(url), _doubted(connection))


def _brought_up_to_date(file: Path, copy: Path) -> int:
    """Copy an SQLite file and bring the copy's schema up to date; returns how many intents wait."""
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    read_only = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(read_only, uri=True)) as source, closing(_opened(copy)) as target:
        source.backup(target)
        _check_whole(target, str(file))
    with _sqlite(copy) as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            raise CannotBackUp(_holds_nothing(str(file)))
        migrate(connection)
        return _doubted(connection)


def _doubted(connection: Connection) -> int:
    connection.execute(update(INTENTS).where(INTENTS.c.state == IntentState.WAITING).values(is_begun=True))
    return _waiting(connection)


def _waiting(connection: Connection) -> int:
    query = text("SELECT count(*) FROM intent WHERE state = :waiting")
    return int(connection.execute(query, {"waiting": IntentState.WAITING.value}).scalar_one())


def _check_whole(connection: sqlite3.Connection, what: str) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        raise CannotBackUp(f"{what} is damaged ({found[0] if found else 'unreadable'}).")


def _flush(file: Path) -> None:
    """Have the disk hold the file before it gets its name."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _existing(url: URL) -> str:
    """The address of an SQLite file for the driver, which makes none where there is none."""
    name = url.database or ""
    if name.startswith("file:"):
        return name
    if not Path(name).exists():
        raise CannotBackUp(_holds_nothing(shown(url)))
    return f"{Path(name).absolute().as_uri()}?mode=rw"


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file)


@contextmanager
def _sqlite(file: Path) -> Iterator[Connection]:
    address = URL.create("sqlite", database=str(file))
    with _disposed(sqlite_thread_engine(address)) as engine, engine.begin() as connection:
        yield connection


@contextmanager
def _postgresql(url: URL, *, writes: bool = False) -> Iterator[Connection]:
    """One transaction; one that reads is a snapshot, whatever is written meanwhile."""
    level = "READ COMMITTED" if writes else "REPEATABLE READ"
    with _disposed(create_engine(url, isolation_level=level)) as engine, engine.begin() as connection:
        yield connection


@contextmanager
def _disposed(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _alone(database_url: str) -> Iterator[None]:
    """Nobody may take back a copy under a Scribe that runs on the same file."""
    try:
        lock = InstanceLock(database_url)
    except NotAlone as problem:
        raise CannotBackUp(str(problem)) from problem
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _told(url: URL) -> Iterator[None]:
    """What a database says, in one sentence and without its secrets."""
    try:
        yield
    except NewerSchema as problem:
        raise CannotBackUp(
            f"The record was written by a newer Scribe (its schema {problem} is unknown here): use that one."
        ) from problem
    except (SQLAlchemyError, sqlite3.Error) as problem:
        raise CannotBackUp(
            f"The database {shown(url)} failed ({first_line(problem, url)}), and nothing was made."
        ) from problem


def _address(database_url: str) -> URL:
    try:
        return read_address(database_url)
    except BadAddress as problem:
        raise CannotBackUp(f"DATABASE_URL {problem}.") from None


def _holds_nothing(where: str) -> str:
    return f"There is no record of Scribe's in {where}."


def _is_taken(where: str) -> str:
    return (
        f"{where} is not empty, and nothing is written over: move it away, or name an empty place in "
        "DATABASE_URL, for example sqlite:///restored.db."
    )
