"""Advisory locks where a transaction decides on what it read: numbers, and the record of an incident.

SQLite needs nothing: BEGIN IMMEDIATE already lets one writer in at a time. On Postgres replicas write side
by side, so two that read the same state would decide the same number, or each miss the other's mark.
"""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlmodel.ext.asyncio.session import AsyncSession


def take_advisory_lock(connection: Connection, what: str) -> None:
    """Wait until no other open transaction holds the lock on `what`; it is released with the transaction.

    Whoever takes several takes them in sorted order, so that nobody waits for each other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})


async def advisory_lock(session: AsyncSession, what: str) -> None:
    """`take_advisory_lock` in a session's transaction."""
    connection = await session.connection()
    await connection.run_sync(take_advisory_lock, what)


def record_of(team_id: str, channel_id: str | None) -> str:
    """The lock for writing the messages, marks and timelines of a channel's incidents."""
    return f"record:{team_id}:{channel_id}"


def incident_of(incident_id: int) -> str:
    """The lock for what people decide about an incident: its status, roles, milestones, items, post-mortem.

    One for all of it, since one thing a person asks for may change several of these.
    """
    return f"incident:{incident_id}"


def open_in(team_id: str, channel_id: str) -> str:
    """The lock for opening an incident in a channel, which keeps one open incident at a time."""
    return f"open in:{team_id}:{channel_id}"
