"""What Slack and the machine do during a storm: seeded, and over when it is told to be."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.e2e.storm.processes import Replica

CALLED = (
    "chat.postMessage",
    "chat.update",
    "reactions.add",
    "reactions.remove",
    "reactions.get",
    "conversations.history",
    "conversations.replies",
    "conversations.create",
    "conversations.invite",
    "conversations.join",
    "conversations.info",
    "canvases.create",
    "canvases.access.set",
    "canvases.edit",
    "canvases.getContent",
    "canvases.sections.lookup",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "files.info",
    "users.info",
)
WRITING = (
    "chat.postMessage",
    "chat.update",
    "reactions.add",
    "reactions.remove",
    "canvases.create",
    "canvases.access.set",
)
"""What the outbox tells Slack with, apart from opening channels."""

STARTING = ("auth.test", "apps.connections.open")
MOST_AHEAD = 2
"""Faults that may be ahead of one method: those of methods that are seldom called would pile up."""

FAULTS = (
    Fault("ratelimited", 429, retry_after=1),
    Fault("internal_error", 500),
    Fault("service_unavailable", 503, is_performed=True),
    Fault("cut", is_cut=True),
    Fault("cut", is_cut=True, is_performed=True),
)

LIMITED = Fault("ratelimited", 429, retry_after=1)


class SlackTrouble:
    """Deliveries doubled, disordered, lost and unheard; calls refused, cut off, slow and done in silence.

    `calmer`: how many times as long it waits in between. What hits nothing piles up, and hits all that
    comes then: so it must not come more often than people talk.
    """

    def __init__(self, sandbox: Sandbox, rng: random.Random, *, calmer: float = 1.0) -> None:
        self._sandbox = sandbox
        self._rng = rng
        self._calmer = calmer
        self._slowed: set[str] = set()

    async def go_on(self) -> None:
        """Make trouble until cancelled."""
        while True:
            await asyncio.sleep(self._rng.uniform(0.02, 0.2) * self._calmer)
            self._make()

    def end(self) -> None:
        """From now on Slack does its best."""
        self._sandbox.workspace.faults.clear()
        self._sandbox.workspace.deliveries.calm()

    def _make(self) -> None:
        rng, deliveries = self._rng, self._sandbox.workspace.deliveries
        match rng.choices(
            (
                *("duplicate", "reorder", "lose", "unheard", "said twice"),
                *("fault", "no start", "slow", "reconnect", "cut"),
            ),
            weights=(20, 15, 8, 12, 10, 40, 1, 6, 1, 1),
        )[0]:
            case "duplicate":
                deliveries.duplicate(rng.randint(1, 6))
            case "reorder":
                deliveries.reorder(rng.randint(2, 8))
            case "lose":
                deliveries.lose(rng.randint(1, 4))
            case "unheard":
                deliveries.lose_acknowledgements(rng.randint(1, 4))
            case "said twice":
                deliveries.duplicate_asks(rng.randint(1, 2))
            case "fault":
                self._let_fail(rng.choice(CALLED), rng.choice(FAULTS))
            case "no start":
                self._let_fail(rng.choice(STARTING), rng.choice(FAULTS))
            case "slow":
                self._slow_another()
            case "reconnect":
                self._sandbox.disconnect_clients()
            case "cut":
                self._sandbox.disconnect_clients(abruptly=True)

    def _let_fail(self, method: str, fault: Fault) -> None:
        faults = self._sandbox.workspace.faults
        if faults.waiting(method) < MOST_AHEAD:
            faults.add(method, fault, 1)

    def _slow_another(self) -> None:
        faults = self._sandbox.workspace.faults
        while self._slowed:
            faults.delay(self._slowed.pop(), 0)
        method = self._rng.choice(CALLED)
        faults.delay(method, self._rng.uniform(0.05, 0.6))
        self._slowed.add(method)


DECK = {
    "at once": 9,
    "while it starts": 3,
    "away": 3,
    "hung": 1,
    "asked to stop": 1,
    "everybody": 3,
}
"""Ways to go down, and how often each comes in twenty."""


SOMEBODY_SPEAKS_WITHIN = 50
"""Tenths of a second that an absence lasts longer, until there is something for Slack to give up."""


@dataclass
class MachineTrouble:
    """Kills replicas at random moments, so many times in all; `kills` counts those killed so far."""

    sandbox: Sandbox
    replicas: Sequence[Replica]
    rng: random.Random
    wanted: int
    kills: int = 0
    ways: Counter[str] = field(default_factory=Counter)

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        return min(self.kills / self.wanted, 1.0)

    async def run_its_course(self) -> None:
        """Kill until enough were killed; all are left to come up again."""
        ways: dict[str, Callable[[Replica], Awaitable[None]]] = {
            "at once": self._at_once,
            "while it starts": self._while_it_starts,
            "away": self._away,
            "hung": self._hung,
            "asked to stop": self._asked_to_stop,
            "everybody": self._everybody,
        }
        deck: list[str] = []
        while self.kills < self.wanted:
            if not deck:
                deck = self.rng.sample(list(DECK), sum(DECK.values()), counts=list(DECK.values()))
            way = deck.pop()
            self.ways[way] += 1
            await ways[way](self.rng.choice(self.replicas))
        if not self.ways["away"]:
            # the deck may have been dealt no further than to other ways
            self.ways["away"] += 1
            await self._away(self.rng.choice(self.replicas))

    async def _at_once(self, replica: Replica) -> None:
        await replica.connected()
        await asyncio.sleep(self.rng.uniform(0.0, 1.5))
        await self._kill(replica)

    async def _while_it_starts(self, replica: Replica) -> None:
        await self._kill(replica)
        await asyncio.sleep(self.rng.uniform(0.1, 1.5))
        await self._kill(replica)

    async def _away(self, replica: Replica) -> None:
        """So long that Slack gives up: nobody is there, and what waited is never delivered."""
        await replica.connected()
        await asyncio.sleep(self.rng.uniform(0.1, 0.5))
        for one in self.replicas:
            await one.hold_down()
            self.kills += 1
        await asyncio.sleep(self.rng.uniform(0.4, 1.0))
        deliveries = self.sandbox.workspace.deliveries
        for _ in range(SOMEBODY_SPEAKS_WITHIN):
            if deliveries.queued or any(one.answer is None for one in deliveries.unacknowledged):
                break
            await asyncio.sleep(0.1)
        deliveries.give_up()
        for one in self.replicas:
            one.let_up()

    async def _everybody(self, replica: Replica) -> None:
        await replica.connected()
        for one in self.replicas:
            await self._kill(one)

    async def _hung(self, replica: Replica) -> None:
        await replica.connected()
        await replica.hang(self.rng.uniform(0.5, 1.5))
        await asyncio.sleep(self.rng.uniform(0.0, 0.3))
        await self._kill(replica)

    async def _asked_to_stop(self, replica: Replica) -> None:
        await replica.connected()
        await asyncio.sleep(self.rng.uniform(0.0, 0.3))
        await replica.terminate()

    async def _kill(self, replica: Replica) -> None:
        await replica.kill()
        self.kills += 1
