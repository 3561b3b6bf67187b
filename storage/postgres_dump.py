"""Copies of PostgreSQL by its own programs, `pg_dump` and `pg_restore`, where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL

from storage.address import without_secrets


class PgMissing(Exception):
    """The program is not installed."""


class PgFailed(Exception):
    """The program ended with an error; the text is what it said first, without secrets."""


def dump(url: URL, file: Path) -> None:
    """Write the whole database into a file, as it stands at one moment.

    Raises:
        PgMissing, PgFailed: it is not there, or it fails, as it does on a server that is newer than itself.
    """
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-acl", f"--file={file}")


def take_back(file: Path, url: URL) -> None:
    """Put a dump into an empty database, all of it or nothing.

    Raises:
        PgMissing, PgFailed: it is not there, or it fails.
    """
    options = ("--no-owner", "--no-acl", "--exit-on-error", "--single-transaction")
    _run("pg_restore", url, *options, str(file))


def _run(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise PgMissing(f"{program} is not installed")
    _, options = url.get_dialect()().create_connect_args(url)
    password = options.pop("password", None)
    # a password on the command line could be read by everybody on the machine
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command = [found, f"--dbname={make_conninfo(**options)}", *arguments]
    ended = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        said = without_secrets(ended.stderr, url).strip().splitlines()
        raise PgFailed(said[0] if said else f"{program} ended with {ended.returncode}")
