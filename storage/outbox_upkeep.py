"""What an operator sees of the outbox, and decides about what is kept in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy
from sqlalchemy import ColumnElement, bindparam, case, delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import INTENTS
from storage.tables import Intent
from storage.vocabulary import IntentState

KEPT = (IntentState.FAILED, IntentState.HELD)
IS_KEPT: ColumnElement[bool] = col(Intent.state).in_(
    bindparam("kept_states", KEPT, expanding=True, literal_execute=True)
)
"""The states as literals, as the partial index of kept intents has them."""


@dataclass(frozen=True)
class Standing:
    """How many intents of a kind are in a state, for the same reason; `since` is the oldest's asking."""

    state: IntentState
    kind: str
    failure: str | None
    count: int
    since: datetime


async def standing(session: AsyncSession) -> list[Standing]:
    """What waits, is held or failed: waiting ones by kind, kept ones by kind and reason."""
    intent = INTENTS.c
    reason = case((intent.state == IntentState.WAITING, None), else_=intent.failure).label("reason")
    rows = await (await session.connection()).execute(
        sqlalchemy.select(intent.state, intent.kind, reason, func.count(), func.min(intent.asked_at))
        .where(intent.state.in_((IntentState.WAITING, *KEPT)))
        .group_by(intent.state, intent.kind, reason)
        .order_by(intent.state, intent.kind, reason)
    )
    return [Standing(*row) for row in rows]


async def unsent(session: AsyncSession, *, limit: int) -> Sequence[Intent]:
    """Failed and held intents, then waiting ones in the order they are told."""
    found = await session.exec(
        select(Intent)
        .where(col(Intent.state).in_((IntentState.WAITING, *KEPT)))
        .order_by(
            col(Intent.state) == IntentState.WAITING, col(Intent.state), col(Intent.urgency), col(Intent.id)
        )
        .limit(limit)
    )
    return found.all()


async def retry(session: AsyncSession, ids: Collection[int] | None, *, decided_kinds: Collection[str]) -> int:
    """Put failed and held intents back to waiting; `ids` of None means all. Returns how many.

    What is in doubt stays so and is looked up before it is sent again, but for `decided_kinds`, which nobody
    can look up: whoever asks for the retry has decided that they are sent.
    """
    these = _kept(ids)
    values = {
        "state": IntentState.WAITING,
        "attempts": 0,
        "failure": None,
        "requests": col(Intent.requests) + 1,
    }
    is_decided = col(Intent.kind).in_(sorted(decided_kinds))
    is_begun = case((is_decided, False), else_=col(Intent.is_begun))
    done = await session.exec(update(Intent).where(*these).values(is_begun=is_begun, **values))
    return done.rowcount


async def drop(session: AsyncSession, ids: Collection[int] | None) -> int:
    """Forget failed and held intents; `ids` of None means all. Returns how many."""
    done = await session.exec(delete(Intent).where(*_kept(ids)))
    return done.rowcount


def _kept(ids: Collection[int] | None) -> list[ColumnElement[bool]]:
    these: list[ColumnElement[bool]] = [IS_KEPT]
    if ids is not None:
        these.append(col(Intent.id).in_(sorted(ids)))
    return these
