"""Keeping the search index in step with the record, a little at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.postmortem.finding import refresh
from storage.database import Database

INDEX_EVERY = 60.0
"""Seconds; a search looks for changes itself, so this only takes work off it."""
AT_ONCE = 50


async def index(database: Database, team_id: str, now: Callable[[], datetime]) -> None:
    """Index every incident whose record has changed since it was."""
    while await refresh(database, team_id, now(), limit=AT_ONCE) == AT_ONCE:
        pass
