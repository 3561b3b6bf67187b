"""What the record says of how Scribe does: figures for its operator, of all workspaces together."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.incidents import intents
from storage import measured
from storage.database import Database
from storage.trouble import DATABASE_ERRORS
from storage.vocabulary import IntentState

log = structlog.get_logger()

READ_WITHIN = 2.0
"""Seconds the database may take; whoever asks waits for ten, and wants the rest even when it is away."""


@dataclass(frozen=True)
class RecordFigures:
    """All times are in seconds before now.

    `outbox` counts what waits and what is kept, by kind and state; `oldest` is how long the oldest that waits
    has waited. `catch_up_lag`: how long ago the channel of an open incident was last read, of several the
    longest. `last_heard`: when some Scribe was last connected, None where none ever was.
    """

    outbox: Mapping[tuple[str, ...], int]
    oldest: Mapping[str, float]
    open_incidents: Mapping[str, int]
    catch_up_lag: float
    last_heard: float | None


async def figures_of(database: Database, now: datetime) -> RecordFigures | None:
    """Read in one snapshot: some aggregates, and a row for each open incident.

    None while the record cannot be read.
    """
    try:
        async with asyncio.timeout(READ_WITHIN):
            return await _read(database, now)
    except (*DATABASE_ERRORS, TimeoutError) as problem:
        log.warning("figures.no_record", why=type(problem).__name__)
        return None


async def _read(database: Database, now: datetime) -> RecordFigures:
    async with database.read() as session:
        found = await measured.outbox(session)
        open_incidents = await measured.open_incidents(session)
        reading = {
            intents.catch_up(one.id, is_thorough=is_thorough).key: one
            for one in open_incidents
            if one.is_read
            for is_thorough in (True, False)
        }
        read_at = await measured.sent_at(session, reading)
        heard_at = await measured.heard_at(session)
    last_read: dict[int, datetime] = {}
    for key, one in reading.items():
        at = max(read_at.get(key, one.declared_at), one.declared_at)
        last_read[one.id] = max(last_read.get(one.id, at), at)
    return RecordFigures(
        outbox={(one.kind, one.state): one.count for one in found},
        oldest={one.kind: _seconds(now, one.since) for one in found if one.state == IntentState.WAITING},
        open_incidents=Counter(one.severity or "none" for one in open_incidents),
        catch_up_lag=max((_seconds(now, at) for at in last_read.values()), default=0.0),
        last_heard=None if heard_at is None else _seconds(now, heard_at),
    )


def _seconds(now: datetime, at: datetime) -> float:
    return max((now - at).total_seconds(), 0.0)
