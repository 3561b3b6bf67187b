"""DATABASE_URL: reading it, and showing it without what is secret in it.

A mistyped address may hold its password anywhere, so nothing of one that cannot be read is ever shown.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, quote_plus

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

SQLITE = "sqlite+aiosqlite"
POSTGRESQL = "postgresql+psycopg"
DRIVERS = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "postgres": POSTGRESQL}
EXAMPLE = "sqlite:///scribe.db or postgresql://scribe:password@db.example.com:5432/scribe"
ENCODED = (
    "a user or password with one of : / ? # @ % in it needs that written as %3A %2F %3F %23 %40 %25, "
    "for example postgresql://scribe:p%40ss@db.example.com:5432/scribe"
)
HIDDEN = "•••"
SHORTEST_SECRET = 3
"""A shorter password is not masked: it cannot be told from parts of ordinary words."""

_HOST = re.compile(r"[\w.-]*")
_SECRET_NAME = re.compile("pass|secret|key|token", re.IGNORECASE)


class BadAddress(Exception):
    """DATABASE_URL cannot be used; the text completes "DATABASE_URL" and holds nothing of the address."""


def read_address(address: str) -> URL:
    """The address with the driver Scribe uses.

    Raises:
        BadAddress: it is none, or not of a database Scribe keeps its record in.
    """
    address = address.strip()
    if not address:
        raise BadAddress(f"is empty; leave it out, or for example {EXAMPLE}")
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except ArgumentError:
        raise BadAddress(f"is no database address; for example {EXAMPLE}") from None
    except ValueError:
        raise BadAddress(f"names a port that is no number; for example {EXAMPLE}; {ENCODED}") from None
    if backend not in DRIVERS:
        raise BadAddress(f"is neither SQLite nor PostgreSQL; for example {EXAMPLE}")
    if backend == "sqlite":
        _check_file(url)
    else:
        _check_server(url, address)
    return url.set(drivername=DRIVERS[backend])


def shown(url: URL) -> str:
    """Where the database is, without user and password; a file by its whole path."""
    if url.get_backend_name() == "sqlite":
        name = url.database or ""
        return f"sqlite:///{name if name.startswith('file:') else Path(name).absolute()}"
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host or ''}{port}/{url.database or ''}"


def without_secrets(text: str, url: URL) -> str:
    """A driver's message with the secrets of the address masked."""
    secrets = {str(url.password)} if url.password else set()
    for name, value in url.query.items():
        if _SECRET_NAME.search(name):
            secrets |= {value} if isinstance(value, str) else set(value)
    spelled = {form for secret in secrets for form in (secret, quote(secret, safe=""), quote_plus(secret))}
    for secret in sorted(spelled, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    return text


def first_line(problem: BaseException, url: URL) -> str:
    """What went wrong, as the driver says it, on one line and without secrets."""
    cause = getattr(problem, "orig", None) or problem
    lines = without_secrets(str(cause), url).strip().splitlines()
    return lines[0] if lines else type(cause).__name__


def _check_file(url: URL) -> None:
    if url.host or url.username or url.password or url.port:
        raise BadAddress("needs three slashes before a file, four before a whole path: sqlite:///scribe.db")
    if not url.database or url.database == ":memory:":
        raise BadAddress(
            "names no file, so the record would be lost at the end; for example sqlite:///scribe.db"
        )


def _check_server(url: URL, address: str) -> None:
    """Refuse an address that SQLAlchemy misreads: the host is meant to be what follows the last @."""
    after_user = address.partition("://")[2].rpartition("@")[2]
    is_host = bool(_HOST.fullmatch(url.host or "")) or ":" in (url.host or "")  # IPv6
    is_user_alone = url.password is None and "@" in (url.username or "")
    begins_with = url.host or ("/" if url.database else "")
    if not after_user.lstrip("[").startswith(begins_with) or not is_host or is_user_alone:
        raise BadAddress(f"cannot be read for sure: {ENCODED}")
    if url.port is not None and not 1 <= url.port <= 65535:
        raise BadAddress(
            f"names a port that is none: it is 1 to 65535, of PostgreSQL mostly 5432; for example {EXAMPLE}"
        )
