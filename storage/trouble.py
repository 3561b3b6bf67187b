"""Tells failures of the database apart: it is unavailable, or it refused what it was given.

This is decided here and nowhere else: whoever works with the database catches what it raises and asks.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DATABASE_ERRORS = (SQLAlchemyError, OSError)
"""All that work with a database that can be addressed raises, whether it passes or not."""
TOO_MUCH_OF_ONE = "54"
"""The class of Postgres's "program limit exceeded" (postgresql.org/docs/current/errcodes-appendix.html)."""
LOCK_NOT_AVAILABLE = "55P03"
AGAIN = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: another transaction was in the way, and the same one may succeed."""
LEFT_OPEN = "25P03"
"""The server ended the session of a transaction that was left open (`IDLE_IN_TRANSACTION`): it is gone like
any other, but neither its class nor the state of the connection says so."""
READ_ONLY = "25006"
"""The server takes no writes, as one that another took over from."""


def is_away(problem: BaseException) -> bool:
    """Whether the database itself is locked, full, gone or broken, whatever it was asked to do: it passes.

    What it refused because of what it was given, one value too large for example, is somebody's own fault,
    and so is trouble with a file that the error names.
    """
    if isinstance(problem, OSError):
        return problem.filename is None
    if isinstance(problem, PoolTimeout):
        return True
    if not isinstance(problem, DBAPIError):
        return False
    if had_broken(problem) or _sqlstate(problem) == READ_ONLY:
        return True
    if isinstance(problem, OperationalError):
        return not (_sqlstate(problem) or "").startswith(TOO_MUCH_OF_ONE)
    if isinstance(problem.orig, sqlite3.Error):
        return type(problem.orig) is sqlite3.DatabaseError  # a file that is no database (any more)
    return isinstance(problem, InterfaceError) or (type(problem) is DatabaseError)


def was_in_the_way(problem: BaseException) -> bool:
    """Whether another transaction alone was in the way, so that this one did nothing and may be repeated."""
    if not isinstance(problem, OperationalError):
        return False
    return _sqlstate(problem) in AGAIN or "database is locked" in str(problem.orig)


def is_locked(problem: BaseException) -> bool:
    """Whether somebody else held a lock for longer than may be waited; the transaction did nothing."""
    return isinstance(problem, OperationalError) and _sqlstate(problem) == LOCK_NOT_AVAILABLE


def had_broken(problem: BaseException) -> bool:
    """Whether the connection had broken under this work; another one may serve."""
    if not isinstance(problem, DBAPIError):
        return False
    return problem.connection_invalidated or _sqlstate(problem) == LEFT_OPEN


def was_rolled_back(problem: BaseException) -> bool:
    """Whether a commit that failed surely did nothing.

    SQLite answers for itself. A Postgres that answered with an error rolled back, unless what it said is
    that it ends the connection; one that did not answer may have committed.
    """
    if isinstance(problem, DBAPIError) and isinstance(problem.orig, sqlite3.Error):
        return True
    if not isinstance(problem, DBAPIError):
        return False
    state = _sqlstate(problem)
    return state is not None and not state.startswith(("57P", "08"))


def _sqlstate(problem: DBAPIError) -> str | None:
    state = getattr(problem.orig, "sqlstate", None)
    return state if isinstance(state, str) else None
