"""Some of the workspaces, for what is done to the rows of several at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import col


@dataclass(frozen=True)
class Teams:
    """The workspaces of these ids, or all others (`is_all_but`)."""

    ids: frozenset[str] = field(default_factory=frozenset)
    is_all_but: bool = True

    def hold(self, team_id: Any) -> ColumnElement[bool]:
        """Whether a column names one of them; a row that names no workspace is with all others."""
        if not self.is_all_but:
            return col(team_id).in_(sorted(self.ids))
        if not self.ids:
            return true()
        return or_(col(team_id).is_(None), col(team_id).not_in(sorted(self.ids)))


EVERY_TEAM = Teams()
