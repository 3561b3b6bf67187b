"""The outbox: what Slack must still be told, written in the transaction of its cause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, literal, or_, text, true, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import table_of
from storage.database import OUTBOX_TOUCHED
from storage.record_sql import Upsert, upsert_rows
from storage.tables import Intent
from storage.upsert import insert_for
from storage.vocabulary import IntentName, IntentState

INTENTS = table_of(Intent)
IS_WAITING: ColumnElement[bool] = col(Intent.state) == literal(IntentState.WAITING, literal_execute=True)
"""The state as a literal: a partial index is not used by a statement that binds it as a parameter."""
WORDS = frozenset({"text", "blocks"})
"""What of a subject is to be read by somebody."""
URGENT, NORMAL, LEISURELY = 0, 1, 2
"""What a person waits for; the rest; what only confirms."""


@dataclass(frozen=True)
class NewIntent:
    """Something Slack must be told. `key` says what it is about: asking twice before it is sent sends once.

    `lane` is what must be told in order; `subject` names the rows the message is rendered from when sent, and
    by its `incident_id` or `team_id` the workspace that is told.
    """

    kind: IntentName
    key: str
    lane: str
    subject: Mapping[str, str | int | None] = field(default_factory=dict)
    urgency: int = NORMAL


@dataclass
class PendingIntent:
    """An intent the worker may send; `requests` tells whether it was asked for again meanwhile.

    `is_in_doubt`: an earlier try may have arrived. `is_begun_now`: this try noted that it is about to make a
    call that must not be made twice. `is_done_now`: that call arrived, so that no later refusal undoes it.
    """

    id: int
    kind: str
    key: str
    lane: str
    subject: Mapping[str, str | int | None]
    requests: int
    attempts: int
    urgency: int
    asked_at: datetime
    is_in_doubt: bool = False
    is_begun_now: bool = False
    is_done_now: bool = False


@dataclass(frozen=True)
class Whose:
    """The intents of a workspace; `is_alone`: no other is served, so those that name none are its own."""

    team_id: str
    is_alone: bool = False

    @property
    def condition(self) -> ColumnElement[bool]:
        is_its_own = col(Intent.team_id) == self.team_id
        return or_(is_its_own, col(Intent.team_id).is_(None)) if self.is_alone else is_its_own


def write_asks(connection: Connection, asks: Sequence[NewIntent], asked_at: datetime) -> None:
    """Put intents into the outbox on a synchronous connection of the caller's transaction.

    What is in doubt stays so when it is asked for again, unless it was sent since. Lanes are written in
    sorted order, so that two transactions that ask for the same never wait for each other in a circle;
    within a lane the order is the caller's, since it is told in that order.
    """
    if not asks:
        return
    by_key = {ask.key: ask for ask in asks}
    upsert_rows(connection, _ASKED, _rows(list(by_key.values()), asked_at))


_ASKED = Upsert(
    INTENTS,
    (
        "key",
        "kind",
        "lane",
        "urgency",
        "subject",
        "state",
        "requests",
        "attempts",
        "is_begun",
        "asked_at",
        "team_id",
    ),
    keys=("key",),
    kept=frozenset({"kind", "lane"}),
    again={
        "requests": "intent.requests + 1",
        "attempts": f"CASE WHEN intent.state = '{IntentState.WAITING}' THEN intent.attempts ELSE 0 END",
        "is_begun": f"CASE WHEN intent.state = '{IntentState.SENT}' THEN false ELSE intent.is_begun END",
        "failure": "NULL",
        "team_id": "coalesce(intent.team_id, excluded.team_id)",
    },
)


def _rows(asks: Sequence[NewIntent], asked_at: datetime) -> list[dict[str, object]]:
    return [
        {
            "key": ask.key,
            "kind": ask.kind,
            "lane": ask.lane,
            "urgency": ask.urgency,
            "subject": dict(ask.subject),
            "state": IntentState.WAITING,
            "requests": 1,
            "attempts": 0,
            "is_begun": False,
            "asked_at": asked_at,
            "team_id": ask.subject.get("team_id"),
        }
        for ask in sorted(asks, key=lambda ask: ask.lane)
    ]


async def ask(session: AsyncSession, asks: Sequence[NewIntent], *, asked_at: datetime) -> None:
    """Put intents into the outbox; they leave only after this transaction commits."""
    if not asks:
        return
    await session.flush()
    connection = await session.connection()
    await connection.run_sync(write_asks, asks, asked_at)
    session.info[OUTBOX_TOUCHED] = True


async def ask_once(session: AsyncSession, asked: NewIntent, *, asked_at: datetime) -> None:
    """Put an intent into the outbox unless it was ever asked for before, whatever became of it."""
    await session.flush()
    connection = await session.connection()
    statement = insert_for(connection.dialect, INTENTS).on_conflict_do_nothing(index_elements=["key"])
    await connection.execute(statement, _rows([asked], asked_at))
    session.info[OUTBOX_TOUCHED] = True


async def waiting_lanes(
    session: AsyncSession, room: Mapping[int, int], whose: Whose, *, except_lanes: Collection[str] = ()
) -> dict[str, int]:
    """A workspace's lanes in which something waits, with their urgency: of each as many as there is room for.

    The oldest of an urgency come first. However much waits in one urgency, the others are seen all the same.
    """
    found: dict[str, int] = {}
    excepted = sorted(except_lanes)
    for urgency, most in sorted(room.items()):
        if most <= 0:
            continue
        rows = await session.exec(
            select(Intent.lane)
            .where(
                IS_WAITING,
                whose.condition,
                Intent.urgency == urgency,
                col(Intent.lane).not_in([*excepted, *found]),
            )
            .order_by(col(Intent.id))
            .limit(most)
        )
        for lane in rows:
            found.setdefault(lane, urgency)
    return found


async def of_lanes(
    session: AsyncSession, lanes: Collection[str], *, limit: int
) -> dict[str, list[PendingIntent]]:
    """What waits in these lanes, each in the order it was first asked for; at most `limit` in all."""
    if not lanes:
        return {}
    rows = await session.exec(
        select(Intent)
        .where(IS_WAITING, col(Intent.lane).in_(sorted(lanes)))
        .order_by(col(Intent.id))
        .limit(limit)
    )
    found: dict[str, list[PendingIntent]] = {}
    for intent in rows:
        found.setdefault(intent.lane, []).append(_waiting(intent))
    return found


async def waiting(
    session: AsyncSession, whose: Whose | None = None, *, limit: int, except_lanes: Collection[str] = ()
) -> list[PendingIntent]:
    """What waits, for anybody or for one workspace: the most urgent first, and of one urgency the oldest."""
    found = await session.exec(
        select(Intent)
        .where(
            IS_WAITING, whose.condition if whose else true(), col(Intent.lane).not_in(sorted(except_lanes))
        )
        .order_by(col(Intent.urgency), col(Intent.id))
        .limit(limit)
    )
    return [_waiting(intent) for intent in found]


def _waiting(intent: Intent) -> PendingIntent:
    return PendingIntent(
        id=intent.pk,
        kind=intent.kind,
        key=intent.key,
        lane=intent.lane,
        subject=intent.subject,
        requests=intent.requests,
        attempts=intent.attempts,
        urgency=intent.urgency,
        asked_at=intent.asked_at,
        is_in_doubt=intent.is_begun,
    )


_TEAMS_WAITING = text("""
WITH RECURSIVE team(id) AS (
  SELECT min(team_id) FROM intent WHERE state = 'waiting'
  UNION ALL
  SELECT (SELECT min(i.team_id) FROM intent AS i WHERE i.state = 'waiting' AND i.team_id > team.id)
  FROM team WHERE team.id IS NOT NULL
)
SELECT id FROM team WHERE id IS NOT NULL
""")
"""One step into the index for each of them, however much waits."""


async def teams_waiting(session: AsyncSession) -> list[str]:
    """The workspaces for which something waits."""
    return list((await (await session.connection()).execute(_TEAMS_WAITING)).scalars())


@dataclass(frozen=True)
class Depth:
    """How many intents wait, and when the oldest of them was asked for."""

    waiting: int
    oldest_asked_at: datetime | None


async def depth(session: AsyncSession, teams: Collection[str] | None = None) -> Depth:
    """How much the outbox holds, of all workspaces or of these."""
    of_these = true() if teams is None else col(Intent.team_id).in_(sorted(teams))
    asked = select(func.count(), func.min(Intent.asked_at)).where(IS_WAITING, of_these)
    return Depth(*(await session.exec(asked)).one())


async def is_waiting(session: AsyncSession, kinds: Collection[IntentName], key_prefix: str) -> bool:
    """Whether an intent of these kinds whose key begins so still waits."""
    found = await session.exec(
        select(Intent.id)
        .where(
            IS_WAITING,
            col(Intent.kind).in_(sorted(kinds)),
            col(Intent.key).startswith(key_prefix, autoescape=True),
        )
        .limit(1)
    )
    return found.first() is not None


async def note_begun(session: AsyncSession, begun: PendingIntent) -> bool:
    """Note, before a call that must not be made twice, that it is about to be made.

    False: another process noted so first, or has closed the intent. Of two that both believe to work on it,
    one alone gets True.
    """
    noted = await session.exec(
        update(Intent)
        .where(
            col(Intent.id) == begun.id,
            col(Intent.state) == IntentState.WAITING,
            col(Intent.is_begun).is_(False),
        )
        .values(is_begun=True)
    )
    return noted.rowcount == 1


async def is_begun(session: AsyncSession, key: str) -> bool:
    """Whether a call for this intent may have arrived of which nobody noted so."""
    found = await session.exec(select(Intent.id).where(Intent.key == key, col(Intent.is_begun).is_(True)))
    return found.first() is not None


async def is_open(session: AsyncSession, key: str) -> bool:
    """Whether this intent was asked for and has not been carried out: it waits, was refused, or is held."""
    found = await session.exec(select(Intent.id).where(Intent.key == key, Intent.state != IntentState.SENT))
    return found.first() is not None


async def note_attempt(
    session: AsyncSession, tried: PendingIntent, failure: str, *, is_undone: bool = False
) -> None:
    """Note a failed attempt that will be repeated; one that certainly did nothing leaves no doubt."""
    await session.exec(
        update(Intent)
        .where(col(Intent.id) == tried.id)
        .values(attempts=col(Intent.attempts) + 1, failure=failure, **_taken_back(tried, is_undone))
    )


def _taken_back(tried: PendingIntent, is_undone: bool) -> dict[str, bool]:
    """`is_begun` as it was before this try; what an earlier try left in doubt stays in doubt."""
    is_nothing_done = is_undone and tried.is_begun_now and not (tried.is_in_doubt or tried.is_done_now)
    return {"is_begun": False} if is_nothing_done else {}


async def close_sent(session: AsyncSession, sent: PendingIntent, at: datetime) -> None:
    """Note that Slack was told; an intent that was asked for again meanwhile goes on waiting, not in doubt.

    A text that was told is not kept: it may quote what people delete later.
    """
    await session.exec(
        update(Intent)
        .where(col(Intent.id) == sent.id)
        .values(
            state=case((col(Intent.requests) == sent.requests, IntentState.SENT), else_=col(Intent.state)),
            sent_at=at,
            is_begun=False,
            failure=None,
        )
    )
    if WORDS & sent.subject.keys():
        without_text = {name: value for name, value in sent.subject.items() if name not in WORDS}
        await session.exec(
            update(Intent)
            .where(col(Intent.id) == sent.id, col(Intent.state) == IntentState.SENT)
            .values(subject=without_text)
        )


async def close_failed(
    session: AsyncSession, refused: PendingIntent, failure: str, *, is_undone: bool = False
) -> bool:
    """Keep an intent that was refused for good, with the reason; asked for again meanwhile, it waits on.

    Returns whether it is kept so.
    """
    return await _close(session, refused, IntentState.FAILED, failure, is_undone=is_undone)


async def close_held(session: AsyncSession, undecided: PendingIntent, why: str) -> bool:
    """Keep an intent of which nobody can tell whether Slack was told; asked for again, it waits on.

    Returns whether it is kept so.
    """
    return await _close(session, undecided, IntentState.HELD, why, is_undone=False)


async def _close(
    session: AsyncSession, closed: PendingIntent, state: IntentState, failure: str, *, is_undone: bool
) -> bool:
    done = await session.exec(
        update(Intent)
        .where(
            col(Intent.id) == closed.id,
            col(Intent.requests) == closed.requests,
            col(Intent.state) == IntentState.WAITING,
        )
        .values(state=state, failure=failure, **_taken_back(closed, is_undone))
    )
    return done.rowcount == 1
