"""One Scribe per SQLite file: the file's companion `.lock` is held for as long as the process lives.

The kernel gives the lock up when the process ends, however it ends; the file itself stays behind and means
nothing.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from storage.address import BadAddress, read_address


class NotAlone(Exception):
    """Another Scribe keeps this SQLite file; the text is one sentence for the person who starts one."""


class InstanceLock:
    """The right to be the one Scribe of a database, from construction to `release()`.

    Only a SQLite file needs it: PostgreSQL serves many processes, and a database in memory belongs to one.

    Raises:
        NotAlone: another process has it.
        OSError: the lock file cannot be made.
    """

    def __init__(self, database_url: str) -> None:
        self._file: IO[bytes] | None = None
        database = _sqlite_file(database_url)
        if database is None:
            return
        path = database.with_name(f"{database.name}.lock")
        lock = path.open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            lock.close()
            raise NotAlone(
                f"Another Scribe already keeps {database}: stop that one first, or let several share a "
                "PostgreSQL database (DATABASE_URL=postgresql://…)."
            ) from problem
        except OSError:
            lock.close()
            raise
        self._file = lock

    def release(self) -> None:
        """Let another process have it."""
        lock, self._file = self._file, None
        if lock is not None:
            lock.close()


def _sqlite_file(database_url: str) -> Path | None:
    """The resolved path of the file behind a SQLite address; None for an address that cannot be read."""
    try:
        url = read_address(database_url)
    except BadAddress:
        return None
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return None
    return Path(url.database).resolve()
