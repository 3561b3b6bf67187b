"""The outbox: what Slack must still be told, written in the transaction of its cause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Table, case, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import OUTBOX_TOUCHED
from storage.tables import Intent
from storage.upsert import insert_for

WAITING, SENT, FAILED = "waiting", "sent", "failed"
INTENTS: Table = Intent.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Ask:
    """Something Slack must be told. `key` says what it is about: asking twice before it is sent sends once.

    `lane` is what must be told in order; `subject` names the rows the message is rendered from when sent.
    """

    kind: str
    key: str
    lane: str
    subject: Mapping[str, str | int | None] = field(default_factory=dict)
    urgency: int = 1


@dataclass(frozen=True)
class Waiting:
    """An intent the worker may send; `requests` tells whether it was asked for again meanwhile."""

    id: int
    kind: str
    key: str
    lane: str
    subject: Mapping[str, str | int | None]
    requests: int
    attempts: int
    is_in_doubt: bool = False


def write_asks(connection: Connection, asks: Sequence[Ask], asked_at: datetime) -> None:
    """Put intents into the outbox on a synchronous connection of the caller's transaction."""
    if not asks:
        return
    statement = insert_for(connection.dialect, INTENTS)
    again = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "state": WAITING,
            "subject": statement.excluded.subject,
            "requests": INTENTS.c.requests + 1,
            "attempts": case((INTENTS.c.state == WAITING, INTENTS.c.attempts), else_=0),
            "is_begun": case((INTENTS.c.state == WAITING, INTENTS.c.is_begun), else_=False),
            "asked_at": statement.excluded.asked_at,
            "failure": None,
        },
    )
    connection.execute(
        again,
        [
            {
                "key": ask.key,
                "kind": ask.kind,
                "lane": ask.lane,
                "urgency": ask.urgency,
                "subject": dict(ask.subject),
                "state": WAITING,
                "requests": 1,
                "attempts": 0,
                "is_begun": False,
                "asked_at": asked_at,
            }
            for ask in asks
        ],
    )


async def ask(session: AsyncSession, asks: Sequence[Ask], *, asked_at: datetime) -> None:
    """Put intents into the outbox; they leave only after this transaction commits."""
    if not asks:
        return
    await session.flush()
    connection = await session.connection()
    await connection.run_sync(write_asks, asks, asked_at)
    session.info[OUTBOX_TOUCHED] = True


async def waiting(session: AsyncSession, *, limit: int, except_lanes: Collection[str] = ()) -> list[Waiting]:
    """The oldest intents that still wait, in the order they were first asked for."""
    found = await session.exec(
        select(Intent)
        .where(Intent.state == WAITING, col(Intent.lane).not_in(sorted(except_lanes)))
        .order_by(col(Intent.id))
        .limit(limit)
    )
    return [
        Waiting(
            id=intent.id or 0,
            kind=intent.kind,
            key=intent.key,
            lane=intent.lane,
            subject=intent.subject,
            requests=intent.requests,
            attempts=intent.attempts,
            is_in_doubt=intent.is_begun,
        )
        for intent in found
    ]


async def close_sent(session: AsyncSession, sent: Waiting, at: datetime) -> None:
    """Note that Slack was told; what was asked for again meanwhile goes on waiting."""
    await session.exec(
        update(Intent)
        .where(col(Intent.id) == sent.id, col(Intent.requests) == sent.requests)
        .values(state=SENT, sent_at=at, failure=None)
    )


async def note_begun(session: AsyncSession, begun: Waiting) -> None:
    """Note, before a call that must not be made twice, that it is about to be made."""
    await session.exec(update(Intent).where(col(Intent.id) == begun.id).values(is_begun=True))


async def is_waiting(session: AsyncSession, kinds: Collection[str], key_prefix: str) -> bool:
    """Whether an intent of these kinds whose key begins so still waits."""
    found = await session.exec(
        select(Intent.id)
        .where(
            Intent.state == WAITING,
            col(Intent.kind).in_(sorted(kinds)),
            col(Intent.key).startswith(key_prefix, autoescape=True),
        )
        .limit(1)
    )
    return found.first() is not None


async def note_attempt(session: AsyncSession, tried: Waiting, failure: str) -> None:
    """Note a failed attempt that will be repeated."""
    await session.exec(
        update(Intent)
        .where(col(Intent.id) == tried.id)
        .values(attempts=col(Intent.attempts) + 1, failure=failure)
    )


async def close_failed(session: AsyncSession, refused: Waiting, failure: str) -> None:
    """Keep an intent Slack refused for good, with the reason; asked for again meanwhile, it waits on."""
    await session.exec(
        update(Intent)
        .where(col(Intent.id) == refused.id, col(Intent.requests) == refused.requests)
        .values(state=FAILED, failure=failure)
    )
