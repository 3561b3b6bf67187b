"""The outbox worker: tells Slack what the record says it must be told.

In order within a lane, lanes side by side, the urgent ones first. A lane is claimed, then read, then worked
on, so that of several replicas one alone does so. What Slack cannot take now is tried again, after the time
Slack names or a growing pause, and the lane stays claimed meanwhile; what Slack refuses for good is kept with
its reason and told, and the lane goes on; what nobody can decide is held (`bot.slack.reconcile`).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from itertools import takewhile

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.contextvars import bind_contextvars

from bot.metrics import INTENTS
from bot.metrics import intents as count
from bot.slack.calls import DEAD_TOKEN, Refused, SlackTrouble, TryLater
from bot.slack.intents.tell_trouble import telling
from bot.slack.pacing import urgency
from bot.slack.posting import OutcomeUnknown, TakenElsewhere
from bot.slack.services import OnSent, Services
from bot.slack.token_halt import TokenHalt
from bot.tracing import span
from storage import outbox
from storage.claims import Claim, Claims, ClaimsLost, claims_for, confirm_claim, working_under
from storage.outbox import LEISURELY, NORMAL, URGENT, PendingIntent, Whose
from storage.trouble import is_away

log = structlog.get_logger()

LANES_OPEN = {URGENT: 32, NORMAL: 8, LEISURELY: 16}
"""Lanes worked on at a time, by urgency: none waits because of how many of another urgency do."""
MOST_PAUSED = 200
"""Paused lanes of an urgency after which no further one is begun: Slack is in trouble, not the lane."""
AT_ONCE = 500
"""Intents read at a time."""
ELSEWHERE = 0.5
"""Seconds until a lane that another replica works on is asked for again."""
STRANGE = 5.0
"""Seconds that a lane is left to others in which something waits that only a newer Scribe can tell."""
BETWEEN_LOOKS = 0.05
"""Seconds in which what ends is gathered, so that one look at the outbox serves many lanes."""
LONGEST_PAUSE = 60.0
MOST_FAILURES = 8
"""Tries of an intent that fails for a reason that is not Slack's: then it is a fault of Scribe's own."""
MOST_WRITES = 20


@dataclass
class _Lane:
    """A lane this process has claimed: worked on, paused, or at rest until it is looked at again."""

    urgency: int
    term: int
    task: asyncio.Task[None] | None = None
    paused_until: float = 0.0

    def is_paused(self, now: float) -> bool:
        return self.task is None and self.paused_until > now

    def is_at_rest(self, now: float) -> bool:
        return self.task is None and self.paused_until <= now


class OutboxWorker:
    """One per workspace of a process.

    `claims` are those of the process, where it serves several workspaces: they then outlive the worker, which
    leaves alone what names no workspace.
    """

    def __init__(self, services: Services, claims: Claims | None = None) -> None:
        self._services = services
        self._whose = Whose(services.workspace.team_id, is_alone=claims is None)
        self._due = asyncio.Event()
        self._is_owner = claims is None
        self._claims = claims or claims_for(services.database)
        self._lanes: dict[str, _Lane] = {}
        self._elsewhere_until: dict[str, float] = {}
        self.halt = TokenHalt(services.slack, services.workspace.team_id, self._wake_in)
        self._troubles: Counter[int] = Counter()
        self._faults: Counter[int] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="outbox")

    def wake(self) -> None:
        """There may be something to send."""
        self._due.set()

    async def stop(self) -> None:
        """Let the calls that are under way finish; the rest waits in the outbox for the next start."""
        self._is_stopping = True
        self._due.set()
        if self._task:
            await self._task
        under_way = [lane.task for lane in self._lanes.values() if lane.task]
        if under_way:
            late = await self._ended(under_way, within=5.0)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)
        if self._is_owner:
            await self._claims.close()
        else:
            await self._claims.release(list(self._lanes))

    async def _ended(
        self, under_way: Collection[asyncio.Task[None]], *, within: float
    ) -> set[asyncio.Task[None]]:
        """Wait for these tasks, except those that wait for a turn; returns the tasks that still run."""
        late, end = set(under_way), time.monotonic() + within
        while late and time.monotonic() < end:
            self._services.slack.turn_away()
            _, late = await asyncio.wait(late, timeout=0.05)
        return late

    async def drained(self) -> bool:
        """Whether nothing waits any more (for tests and a clean end of the demo)."""
        async with self._services.database.read() as session:
            is_busy = any(lane.task for lane in self._lanes.values())
            return not is_busy and not await outbox.waiting(session, self._whose, limit=1)

    async def _run(self) -> None:
        self._due.set()
        while not self._is_stopping:
            await self._due.wait()
            self._due.clear()
            try:
                if await self.halt.is_over():
                    await self._look()
            except ClaimsLost as problem:
                log.warning("outbox.claims_lost", why=str(problem))
                self._wake_in(1.0)
            except Exception:  # the outermost loop: it must outlive a database that is gone for a while
                log.exception("outbox.unreadable")
                self._wake_in(1.0)
            await asyncio.sleep(BETWEEN_LOOKS)

    def _wake_in(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._due.set)

    # --- which lanes ------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Go on with lanes at rest and claim further ones; give up those in which nothing waits."""
        await self._let_go_of_lost()
        now = time.monotonic()
        resting = [name for name, lane in self._lanes.items() if lane.is_at_rest(now)]
        await self._claim_more()
        claimed = [name for name, lane in self._lanes.items() if lane.is_at_rest(now)]
        # read after the claim, so that what other processes have sent is seen
        async with self._services.database.read() as session:
            found = await outbox.of_lanes(session, claimed, limit=AT_ONCE)
        empty = [name for name in claimed if name not in found]
        strange = [name for name, (first, *_) in found.items() if first.kind not in self._services.kinds]
        for name in (*empty, *strange):
            del self._lanes[name]
        for name in strange:
            self._elsewhere_until[name] = now + STRANGE
        for name, intents in found.items():
            if not self._is_stopping and name in self._lanes:
                lane = self._lanes[name]
                known = list(takewhile(lambda one: one.kind in self._services.kinds, intents))
                lane.task = asyncio.create_task(self._work_on(lane, known), name=f"lane {name}")
        await self._claims.release([*empty, *strange])
        if empty and len(resting) < len(claimed):
            self._due.set()  # empty lanes took the room of others, which are claimed next

    async def _let_go_of_lost(self) -> None:
        """Forget claims that were lost; a task on such a lane stops before its next intent."""
        if not self._lanes:
            return
        term = self._claims.term
        is_held = await self._claims.hold(term)
        for name, lane in list(self._lanes.items()):
            if lane.task is None and not (is_held and lane.term == term):
                del self._lanes[name]

    async def _claim_more(self) -> None:
        """Claim lanes in which something waits, as far as there is room, passing over others' lanes."""
        now = time.monotonic()
        self._elsewhere_until = {lane: until for lane, until in self._elsewhere_until.items() if until > now}
        while not self._is_stopping:
            async with self._services.database.read() as session:
                found = await outbox.waiting_lanes(
                    session, self._room(now), self._whose, except_lanes=[*self._lanes, *self._elsewhere_until]
                )
            granted = await self._claims.claim(list(found))
            for name in granted:
                self._lanes[name] = _Lane(found[name], granted.term)
            others = found.keys() - granted
            self._elsewhere_until.update(dict.fromkeys(others, now + ELSEWHERE))
            if not others:
                break
        if self._elsewhere_until:
            self._wake_in(ELSEWHERE)

    def _room(self, now: float) -> dict[int, int]:
        paused = Counter(lane.urgency for lane in self._lanes.values() if lane.is_paused(now))
        held = Counter(lane.urgency for lane in self._lanes.values())
        return {
            urgency: most - (held[urgency] - paused[urgency]) if paused[urgency] < MOST_PAUSED else 0
            for urgency, most in LANES_OPEN.items()
        }

    # --- one lane ---------------------------------------------------------------------------------

    async def _work_on(self, lane: _Lane, intents: list[PendingIntent]) -> None:
        working_under.set(Claim(self._claims, lane.term))
        try:
            for intent in intents:
                if not await self._may_go_on(lane):
                    return
                urgency.set(intent.urgency)
                bind_contextvars(kind=intent.kind, key=intent.key)  # for the log
                pause = await self._attempt(intent)
                if pause is not None:
                    lane.paused_until = time.monotonic() + pause
                    self._wake_in(pause + 0.01)
                    return
        except ClaimsLost as problem:  # another may have taken over: nothing of it is noted from here
            log.warning("outbox.claims_lost", why=str(problem))
        finally:
            lane.task = None
            self._due.set()

    async def _may_go_on(self, lane: _Lane) -> bool:
        if self._is_stopping or self.halt.is_on:
            return False
        return await self._claims.hold(lane.term)

    async def _attempt(self, intent: PendingIntent) -> float | None:
        """Tell Slack one thing; seconds to pause its lane for, or None when it is dealt with."""
        try:
            kind = self._services.kinds[intent.kind]
            with span("outbox.intent", kind=intent.kind):
                note = await kind.send(self._services, intent)
            is_shared = note is None or kind.is_closed_with_others
            await self._written(intent, self._sent(intent, note), is_shared=is_shared)
            count.sent(intent, self._services.clock.now())
        except ClaimsLost:
            raise
        except TryLater as trouble:
            return await self._later(intent, trouble)
        except TakenElsewhere as trouble:
            log.info("outbox.elsewhere", why=str(trouble))
            return ELSEWHERE
        except (Refused, OutcomeUnknown) as trouble:
            return await self._give_up(intent, trouble)
        except Exception as problem:  # the outermost loop: kept, logged, tried again, then given up
            if is_away(problem):
                log.warning("outbox.database_away", why=problem)
                return 1.0 + random.random()
            log.exception("outbox.broken")
            self._faults[intent.id] += 1
            if self._faults[intent.id] < MOST_FAILURES:
                return await self._later(intent, TryLater(_described(problem)))
            return await self._give_up(intent, problem)
        self._forget(intent)
        return None

    def _sent(self, intent: PendingIntent, note: OnSent | None) -> Callable[[AsyncSession], Awaitable[None]]:
        async def work(session: AsyncSession) -> None:
            if note:
                await note(session)
            await outbox.close_sent(session, intent, self._services.clock.now())

        return work

    async def _later(self, intent: PendingIntent, trouble: TryLater) -> float:
        if not trouble.is_expected:
            self._troubles[intent.id] += 1
            INTENTS.add(intent.kind, "later")
        backoff = _backoff(self._troubles[intent.id] - 1)
        pause = trouble.after if trouble.after is not None else backoff
        tell = log.info if trouble.is_expected else log.warning
        tell("outbox.later", why=str(trouble), pause=round(pause, 2))

        async def work(session: AsyncSession) -> None:
            await outbox.note_attempt(session, intent, str(trouble), is_undone=trouble.is_undone)

        await self._noted(intent, work)
        return pause

    async def _give_up(self, intent: PendingIntent, problem: Exception) -> float | None:
        """Close what Slack refuses, what nobody can decide and what Scribe cannot do; tell people once."""
        if isinstance(problem, Refused) and problem.error in DEAD_TOKEN:
            return await self._halt(intent, problem)
        why = str(problem) if isinstance(problem, SlackTrouble) else _described(problem)
        is_held = isinstance(problem, OutcomeUnknown)
        is_undone = isinstance(problem, Refused)
        INTENTS.add(intent.kind, "held" if is_held else "refused")
        log.error("outbox.held" if is_held else "outbox.refused", why=why)

        async def work(session: AsyncSession) -> None:
            is_closed = await (
                outbox.close_held(session, intent, why)
                if is_held
                else outbox.close_failed(session, intent, why, is_undone=is_undone)
            )
            told = await telling(self._services, session, intent, problem) if is_closed else None
            if told:
                await outbox.ask_once(session, told, asked_at=self._services.clock.now())

        if await self._noted(intent, work):
            self._forget(intent)
            return None
        return _backoff(2)

    def _forget(self, intent: PendingIntent) -> None:
        del self._troubles[intent.id]
        del self._faults[intent.id]

    # --- writing down what became of it -----------------------------------------------------------

    async def _noted(self, intent: PendingIntent, work: Callable[[AsyncSession], Awaitable[None]]) -> bool:
        """Record the outcome of a try; False while the database is away, which is logged."""
        try:
            await self._written(intent, work, is_shared=False)
        except Exception as problem:
            if not is_away(problem):
                raise
            log.warning("outbox.database_away", why=problem)
            return False
        return True

    async def _written(
        self, intent: PendingIntent, work: Callable[[AsyncSession], Awaitable[None]], *, is_shared: bool
    ) -> None:
        """Commit `work`, trying again while the database is away: what Slack has been told must be on record.

        Raises:
            ClaimsLost: another may work on the intent's lane by now; nothing was committed.
        """

        async def under_claim(session: AsyncSession) -> None:
            await confirm_claim(session)
            await work(session)

        for attempt in range(MOST_WRITES):
            try:
                if is_shared:
                    await self._services.database.coalescer.write(under_claim)
                else:
                    async with self._services.database.write() as session:
                        await under_claim(session)
                return
            except Exception as problem:
                if not is_away(problem) or self._is_stopping or attempt == MOST_WRITES - 1:
                    raise
                log.warning("outbox.database_away", why=problem)
                await asyncio.sleep(min(0.1 * 2.0**attempt, 5.0))

    # --- a token that is not accepted -------------------------------------------------------------

    async def _halt(self, intent: PendingIntent, refusal: Refused) -> float:
        """Send nothing for a while: with a token that is refused every intent would fail and be given up."""
        self.halt.begin(refusal)

        async def work(session: AsyncSession) -> None:
            await outbox.note_attempt(session, intent, str(refusal), is_undone=True)

        await self._noted(intent, work)
        return 0.0


def _described(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def _backoff(troubles: int) -> float:
    """Seconds until the next try: doubling from half a second, with jitter so that lanes spread out."""
    return min(0.5 * 2.0 ** min(max(troubles, 0), 10), LONGEST_PAUSE) * random.uniform(0.7, 1.3)
