"""What a team's tools do during a storm: alerts fire, action items become tickets, are changed and closed.

The tracker and the alert manager outlive every kill. A delivery that is not answered with 2xx is sent again,
as Alertmanager does; GitHub repeats nothing by itself, so the storm presses its "Redeliver".
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import aiohttp

from sandbox.server import Sandbox
from sandbox.trackers.github import SECONDARY, GitHubServer, Issue
from sandbox.trackers.tracker import Fault
from tests.e2e.alerts import group as group_of
from tests.e2e.storm.processes import Replica
from tests.e2e.storm.shown import key_of
from tests.e2e.storm.speaker import Speaker
from tests.e2e.storm.told import Given, Outcome, Told

SECRET, TOKEN, REPOSITORY = "a-hook-secret-of-the-storm", "a-token-of-the-storm-0123", "acme/shop"
GROUPS = ("checkout", "search", "logins")
WITHIN = 10.0
"""Seconds for one answer; then Alertmanager and GitHub take it for lost."""
LONGEST_WAIT = 2.0
"""Seconds until what was not taken is sent again, at most."""
ADDED = re.compile(r"^Action item (\d+) of INC-\d+ is added")
ASKED = re.compile(r"is being filed in GitHub")
DONE = re.compile(r"^Action item \d+ of INC-\d+ is done")
CHANGED = re.compile(r"^Action item \d+ of INC-\d+ now reads")
LISTED = re.compile(r"action items open")
KEY = re.compile(r"acme/shop#(\d+)")
MOST_ITEMS = 30
MOST_AT_ONCE = 3
"""Items that are closed after one look at the list."""
FAULTS = (
    Fault(429, SECONDARY, {"retry-after": "1"}),
    Fault(500, {"message": "Server Error"}),
    Fault(502, {"message": "Bad gateway"}, is_performed=True),
    Fault(200, {}, is_cut=True),
    Fault(200, {}, is_cut=True, is_performed=True),
)


class Way(NamedTuple):
    """How an item is closed: where, and as what."""

    place: str
    state: str


HERE, THERE, DROPPED = Way("here", "done"), Way("there", "done"), Way("there", "dropped")


@dataclass
class Item:
    """An action item that people were told is added; `asked` and `closed` as they were told.

    `said` holds its texts, the newest last, each with what whoever changed it to that was told.
    """

    tag: str
    number: int
    said: list[tuple[str, Outcome]]
    asked: Outcome | None = None
    way: Way | None = None
    closed: Outcome | None = None


@dataclass
class FiredAlert:
    """An alert as it was last acknowledged; None: it never was."""

    name: str
    is_firing: bool | None = None


@dataclass
class Tools:
    """An alert manager, a tracker and the people who use them."""

    sandbox: Sandbox
    rng: random.Random
    told: Told
    tracker: GitHubServer
    http: aiohttp.ClientSession
    replicas: Sequence[Replica] = ()
    ports: Sequence[int] = ()
    items: list[Item] = field(default_factory=list)
    alerts: dict[str, list[FiredAlert]] = field(default_factory=lambda: {name: [] for name in GROUPS})
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    is_ending: bool = False
    did_enough: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was closed in each way, and each group was taken."""
    _sending: set[asyncio.Task[None]] = field(default_factory=set)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.tracker.on_event = self._issue_event
        self._person = Speaker.named("edda", self.sandbox, self.told, lambda: not self.is_ending)
        self.channel = self._person.channel("workshop")

    def settings(self, port: int) -> Mapping[str, str]:
        """By which a replica is told, and files tickets."""
        return {
            "PORT": str(port),
            "HOOKS_TOKEN": TOKEN,
            "GITHUB_URL": self.tracker.url,
            "GITHUB_TOKEN": self.tracker.token,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_HOOK_SECRET": SECRET,
        }

    def begin(self) -> None:
        """Go on until `finish`."""
        work = (self._make_trouble(), self._strike_after_posts(), self._work(), *map(self._fire, GROUPS))
        self._tasks = [asyncio.create_task(one) for one in work]

    async def failed(self) -> None:
        """End only when something here does that should not."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in self._tasks:
            if task.done():
                task.result()

    async def finish(self, seconds: float) -> None:
        """No more trouble: everything under way is taken.

        Raises:
            TimeoutError: the bot does not within so many seconds.
        """
        self.is_ending = True
        trouble, strikes, *work = self._tasks
        for task in (trouble, strikes):
            task.cancel()
        self.tracker.faults.clear()
        self.tracker.read_faults.clear()
        async with asyncio.timeout(seconds):
            await asyncio.gather(*work)
            while self._sending:
                await asyncio.gather(*self._sending)

    async def close(self) -> None:
        for task in (*self._tasks, *self._sending):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._sending, return_exceptions=True)

    # --- trouble ------------------------------------------------------------------------------------

    async def _make_trouble(self) -> None:
        while True:
            await asyncio.sleep(self.rng.uniform(0.1, 0.6))
            ahead = self.rng.choice((self.tracker.faults, self.tracker.read_faults))
            if not ahead:
                ahead.append(self.rng.choice(FAULTS))

    async def _strike_after_posts(self) -> None:
        """Kill as soon as Slack shows which alert declared an incident, before that is noted."""
        bot = self.sandbox.workspace.bot_user_id
        async for change in self.sandbox.workspace.feed.listen():
            channel = self.sandbox.workspace.channels.get(str(change["channel"]))
            if change["type"] != "message" or channel is None or channel.creator != bot:
                continue
            newest = next(reversed(channel.messages.values()), None)
            if newest and key_of(newest).startswith("tell_alert") and self.rng.random() < 0.7:
                self._strike("after tell_alert")

    def _strike(self, when: str) -> None:
        for replica in self.replicas:
            replica.strike()
        self.done[f"kills {when}"] += 1

    # --- telling the bot ----------------------------------------------------------------------------

    async def _deliver(self, name: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Until it is taken; what is refused for good is a fault."""
        pause = 0.1
        while True:
            port = self.rng.choice(self.ports)
            try:
                async with (
                    asyncio.timeout(WITHIN),
                    self.http.post(
                        f"http://127.0.0.1:{port}/hooks/{name}", data=body, headers=headers
                    ) as answer,
                ):
                    said, status = await answer.text(), answer.status
            except (TimeoutError, aiohttp.ClientError, OSError):
                self.done["deliveries nobody answered"] += 1
            else:
                self.done[f"deliveries {status}"] += 1
                if status < 300:
                    return
                if status < 500:
                    self.faults.append(f"refused: a delivery to {name} with {status} {said!r}")
                    return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_WAIT)

    async def _fire(self, name: str) -> None:
        """The alerts of one group, told one delivery after the other: all that fire, and what ended since."""
        while not self.is_ending:
            known = self.alerts[name]
            new = [FiredAlert(f"{name}-{len(known) + at:04}") for at in range(self.rng.randint(1, 3))]
            firing = [one for one in known if one.is_firing]
            ending = self.rng.sample(firing, 1) if len(firing) > 3 and self.rng.random() < 0.4 else []
            known += new
            body = group_of(*(self._alert(one, fires=one not in ending) for one in [*new, *firing]), key=name)
            headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
            await self._deliver("alertmanager", json.dumps(body).encode(), headers)
            for one in [*new, *firing]:
                one.is_firing = one not in ending
            self._look_whether_it_is_enough()
            await asyncio.sleep(self.rng.uniform(0.1, 1.0))

    def _alert(self, alert: FiredAlert, *, fires: bool) -> dict[str, Any]:
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        return {
            "status": "firing" if fires else "resolved",
            "labels": {"alertname": "Storm", "instance": alert.name, "severity": "critical"},
            "annotations": {"summary": f"{alert.name.partition('-')[0]} is out of order"},
            "startsAt": "2026-01-01T00:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z" if fires else now,
            "generatorURL": f"http://prometheus.example.com/{alert.name}",
            "fingerprint": alert.name,
        }

    def _issue_event(self, repository: str, action: str, issue: Issue, by: str) -> None:
        if action == "opened" and not self.is_ending and self.rng.random() < 0.3:
            self._strike("after file_ticket")  # the answer to what made it is on its way
        body = json.dumps(
            {
                "action": action,
                "issue": issue,
                "repository": {"full_name": repository},
                "sender": {"login": by},
            }
        ).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-GitHub-Event": "issues", "X-Hub-Signature-256": f"sha256={signature}"}
        task = asyncio.create_task(self._in_order(body, headers))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _in_order(self, body: bytes, headers: Mapping[str, str]) -> None:
        async with self._order:
            await self._deliver("github", body, headers)

    # --- people -------------------------------------------------------------------------------------

    async def _work(self) -> None:
        if await self._person.open(self.channel, "is to be followed up"):
            await asyncio.gather(self._file(), self._change(), self._close())

    async def _file(self) -> None:
        while not self.is_ending and len(self.items) < MOST_ITEMS:
            await self._person.scribe_there()
            await self._file_another()
            await asyncio.sleep(self.rng.uniform(0.1, 0.4))

    async def _change(self) -> None:
        """Say of what is filed, or is being filed, what else it is."""
        while not self.is_ending:
            await self._person.scribe_there()
            able = [one for one in self.items if one.asked is not None]
            if able:
                item = self.rng.choice(able)
                text = f"{item.tag} to be followed up, change {len(item.said)}"
                given = await self._give(f"/incident task edit {item.number}: {text}", CHANGED)
                item.said.append((text, given.outcome))
                self.done["items changed"] += given.outcome is Outcome.DONE
            await asyncio.sleep(self.rng.uniform(0.3, 1.0))

    async def _close(self) -> None:
        """Close what has a ticket, a few at a time, as on the day on which somebody tidies up."""
        while not self.is_ending:
            await self._person.scribe_there()
            await self._close_some()
            self._look_whether_it_is_enough()
            await asyncio.sleep(self.rng.uniform(0.1, 0.4))

    async def _file_another(self) -> None:
        tag = f"t{len(self.items) + self.done['items in doubt']:05d}"
        text = f"{tag} to be followed up"
        given = await self._give(f"/incident task add {text}", ADDED)
        number = ADDED.search(given.said)
        if number is None:
            self.done["items in doubt"] += 1
            return
        item = Item(tag, int(number[1]), [(text, Outcome.DONE)])
        self.items.append(item)
        while not self.is_ending and item.asked is not Outcome.DONE:
            given = await self._give(f"/incident task ticket {item.number}", ASKED)
            has_one = "has a ticket already" in given.said
            item.asked = Outcome.DONE if has_one or given.outcome is Outcome.DONE else Outcome.UNSURE
            await asyncio.sleep(0.1)

    async def _close_some(self) -> None:
        """Some of those that the list shows with a ticket, here or there."""
        given = await self._give("/incident task", LISTED)
        filed = {int(number) for number in KEY.findall(given.said)}
        able = [
            (item, issue)
            for item in self.items
            if item.way is None and (issue := self.issue(item)) and issue["number"] in filed
        ]
        for item, issue in self.rng.sample(able, min(len(able), MOST_AT_ONCE)):
            if self.is_ending:
                return
            await self._close_one(item, issue)

    async def _close_one(self, item: Item, issue: Issue) -> None:
        closed = {one.way for one in self.items if one.closed is Outcome.DONE}
        ways = [one for one in (HERE, THERE, DROPPED) if one not in closed] or [HERE, THERE, DROPPED]
        item.way = self.rng.choice(ways)
        if item.way is HERE:
            given = await self._give(f"/incident task done {item.number}", DONE)
            item.closed = given.outcome
        else:
            reason = "completed" if item.way is THERE else "not_planned"
            self.tracker.set_state(issue, "closed", reason)
            item.closed = Outcome.DONE
        self.done[f"closed {item.way.place} as {item.way.state}"] += item.closed is Outcome.DONE

    async def _give(self, command: str, success: re.Pattern[str]) -> Given:
        return await self._person.give(self.channel, command, success)

    def issue(self, item: Item) -> Issue | None:
        """The first ticket that carries the item's tag."""
        return next((one for one in self.tracker.issues if item.tag in one["title"]), None)

    def _look_whether_it_is_enough(self) -> None:
        closed = {item.way for item in self.items if item.closed is Outcome.DONE}
        if closed >= {HERE, THERE, DROPPED} and all(self.alerts.values()):
            self.did_enough.set()


@asynccontextmanager
async def tools_beside(sandbox: Sandbox, rng: random.Random, told: Told) -> AsyncIterator[Tools]:
    """The tools, for as long as the block lasts."""
    async with (
        GitHubServer("github_pat_of_the_storm", REPOSITORY) as tracker,
        aiohttp.ClientSession() as http,
    ):
        made = Tools(sandbox, rng, told, tracker, http)
        try:
            yield made
        finally:
            await made.close()
