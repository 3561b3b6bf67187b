"""The SQL of statements, which the engines of a process share: each of them would compile its own else."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

MOST = 2000
"""Statements; past so many it starts anew. Those of the code are a few hundred for each kind of database."""


class CompiledStatements(MutableMapping[Any, Any]):
    """What SQLAlchemy asks for a statement that an engine has compiled before.

    It asks by the engine's dialect, among others. Two engines have dialects of their own and write the same
    SQL where these are of one class and speak to servers of one version. Threads may share it.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def __getitem__(self, key: Any) -> Any:
        return self._known[_as_shared(key)]

    def get(self, key: Any, default: Any = None) -> Any:
        return self._known.get(_as_shared(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self._known) >= MOST:
            self._known = {}
        self._known[_as_shared(key)] = compiled

    def __delitem__(self, key: Any) -> None:
        del self._known[_as_shared(key)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _as_shared(key: Any) -> Any:
    dialect, *statement = key
    return (type(dialect), dialect.server_version_info, *statement)


COMPILED = CompiledStatements()
