"""What people asked for, by Slack's own id of it, so that a copy changes nothing, wherever it arrives."""

from __future__ import annotations

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.tables import Delivery
from storage.upsert import insert_for

DELIVERIES = table_of(Delivery)


class AlreadyDone(Exception):
    """This was carried out before, here or elsewhere; nothing may be done again."""


async def note(session: AsyncSession, key: str, at: datetime) -> None:
    """Note in the caller's transaction that it carries out what `key` names.

    On Postgres a copy under way in another transaction is waited for: only its commit decides.

    Raises:
        AlreadyDone: it was carried out before.
    """
    connection = await session.connection()
    statement = insert_for(connection.dialect, DELIVERIES).on_conflict_do_nothing(index_elements=["key"])
    noted = await connection.execute(statement.values(key=key, handled_at=at).returning(DELIVERIES.c.key))
    if noted.first() is None:  # (psycopg through SQLAlchemy counts no rows of such an INSERT)
        raise AlreadyDone(key)
