"""Published post-mortems during a storm: a git repository, a Confluence, and people who write there too.

Each desk writes one post-mortem after the other: resolves an incident, publishes, edits the pages, reopens,
publishes again, and says what becomes of the pages that were edited. The hosts outlive every kill.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.slack.blocks.checkpoint import PUBLISH_ACTION
from bot.slack.blocks.pages import LEAVE_ACTION, OVERWRITE_ACTION
from sandbox.server import Sandbox
from sandbox.trackers.tracker import Fault
from tests.e2e.storm.page_places import Confluence, Place, Repository, Wiki
from tests.e2e.storm.processes import Replica
from tests.e2e.storm.rain import RESOLVED
from tests.e2e.storm.speaker import Speaker
from tests.e2e.storm.told import Outcome, Told
from tests.git_server import BareRepository, GitOverHttp

GIT, CONFLUENCE = "git", "confluence"
TITLES = {GIT: "Git", CONFLUENCE: "Confluence"}
DESKS = ("fay", "gus")
LINK = "https://git.example.com/ops/src/branch/main"
TOKEN = "a-token-for-pages-0123"
BETWEEN_ASKS = 0.7
LOOKED_FOR = (0.0, 3.0, 40.0, 40.0, 40.0)
"""Seconds, at most, that somebody looks whether a page is there before they do something else."""

REOPENED = re.compile(r"is a draft again|is not published, so")
PUBLISHED = re.compile(r"was already published")
STATUS = re.compile(r"post-mortem")
STANDING = re.compile(r"^\s*• (?:<[^|>]*\|)?(?P<title>Git|Confluence)>?: (?P<how>.*)$", re.MULTILINE)
ASKED = "waits until somebody decides"
FAULTS = (
    Fault(429, {}, {"retry-after": "1"}),
    Fault(429, {}, {"retry-after": "1"}),
    Fault(500, {}),
    Fault(502, {}, is_performed=True),
    Fault(502, {}, is_performed=True),
    Fault(is_cut=True),
    Fault(is_cut=True, is_performed=True),
    Fault(is_cut=True, is_performed=True),
)
"""Those after which nobody knows come more often: a page that was not made is waited for, for a minute."""
FOUND_AT_ONCE = tuple(one for one in FAULTS if one.is_performed or one.status == 429)
"""Those after which a page is there, or surely not: nobody waits for a minute."""


@dataclass
class Paper:
    """A post-mortem as its people know it: how often it was published, and what they did to its pages.

    `is_unsure`: nobody told them whether it was published once more. `seen` are publications that they read
    of that they stand at a host; `agreed` are the edits that somebody let Scribe write over.
    """

    channel: str
    number: int = 0
    publications: int = 0
    is_unsure: bool = False
    seen: set[tuple[str, int]] = field(default_factory=set)
    edits: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    agreed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass
class Pages:
    """The hosts, and the people who publish."""

    sandbox: Sandbox
    rng: random.Random
    told: Told
    places: Mapping[str, Place]
    settings: Mapping[str, str]
    """By which a replica publishes to them."""
    troubles: Sequence[Fault] = FAULTS
    replicas: Sequence[Replica] = ()
    papers: list[Paper] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    is_ending: bool = False
    did_enough: asyncio.Event = field(default_factory=asyncio.Event)
    """A page was seen at each host, one in a later version, and one that people edited was overwritten."""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        """Go on until `finish`."""
        people = [Speaker.named(name, self.sandbox, self.told, lambda: not self.is_ending) for name in DESKS]
        work = (self._make_trouble(), *map(self._desk, people))
        self._tasks = [asyncio.create_task(one) for one in work]

    async def failed(self) -> None:
        """End only when something here does that should not."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in self._tasks:
            if task.done():
                task.result()

    async def finish(self, seconds: float) -> None:
        """No more trouble, and everybody ends what they are at.

        Raises:
            TimeoutError: they do not within so many seconds.
        """
        self.is_ending = True
        trouble, *work = self._tasks
        trouble.cancel()
        for place in self.places.values():
            place.faults.clear()
            place.read_faults.clear()
        async with asyncio.timeout(seconds):
            await asyncio.gather(*work)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def strike(self) -> None:
        """Kill now and then while the answer to what was written is on its way."""
        if not self.is_ending and self.rng.random() < 0.25:
            for replica in self.replicas:
                replica.strike()
            self.done["kills after publish_page"] += 1

    async def _make_trouble(self) -> None:
        while True:
            await asyncio.sleep(self.rng.uniform(0.2, 1.0))
            place = self.rng.choice(list(self.places.values()))
            ahead = self.rng.choice((place.faults, place.read_faults))
            if not ahead:
                # one push takes several requests, of which some are to get through however slow they are
                ahead += [*[None] * self.rng.randint(1, 5), self.rng.choice(self.troubles)]

    # --- a desk -------------------------------------------------------------------------------------

    async def _desk(self, who: Speaker) -> None:
        while not self.is_ending:
            paper = await self._resolved(who)
            rounds = self.rng.randint(2, 4)
            while paper and not self.is_ending and await self._publish(who, paper):
                await self._look_after(who, paper)
                rounds -= 1
                if rounds <= 0 or not await self._reopen(who, paper):
                    break

    async def _resolved(self, who: Speaker) -> Paper | None:
        """A new incident that is resolved, so that a draft comes; None: it was not to be any more."""
        paper = Paper(who.channel(f"desk-{len(self.papers)}"))
        self.papers.append(paper)
        if not await who.open(paper.channel, "is written up"):
            return None
        while not self.is_ending:
            await who.scribe_there()
            given = await who.give(paper.channel, f"/resolve n{next(self.told.beside)} is over", RESOLVED)
            self.told.given.append(given)
            self.told.resolved.append(given)
            if given.outcome is Outcome.DONE or "already resolved" in given.said:
                return paper
            await asyncio.sleep(0.2)
        return None

    async def _publish(self, who: Speaker, paper: Paper) -> bool:
        """Publish it until they are told that it is."""
        while not self.is_ending:
            await who.scribe_there()
            given = await who.give(paper.channel, "/postmortem publish", PUBLISHED)
            if PUBLISHED.search(given.said):
                paper.publications, paper.is_unsure = paper.publications + 1, False
                paper.number = int(re.findall(r"INC-(\d+)", given.said)[0])
                self.done["published"] += 1
                return True
            if "Publish" in given.said or "publish" in given.said:
                paper.is_unsure |= await who.press(paper.channel, PUBLISH_ACTION, alone=True)
            await asyncio.sleep(BETWEEN_ASKS)
        return False

    async def _reopen(self, who: Speaker, paper: Paper) -> bool:
        while not self.is_ending:
            await who.scribe_there()
            given = await who.give(paper.channel, "/postmortem reopen", REOPENED)
            if REOPENED.search(given.said):
                return True
            await asyncio.sleep(0.2)
        return False

    async def _look_after(self, who: Speaker, paper: Paper) -> None:
        """See what became of the pages, say what becomes of those that people edited, and edit some."""
        if self.rng.random() < 0.3:
            await self._edit(paper, self.rng.choice(list(self.places)))  # while it may be being written
        loop = asyncio.get_running_loop()
        end = loop.time() + self.rng.choice(LOOKED_FOR)
        while not self.is_ending and loop.time() < end:
            await who.scribe_there()
            standing = await self._standing(who, paper)
            for host, how in standing.items():
                if how == f"version {paper.publications}":
                    paper.seen.add((host, paper.publications))
                if ASKED in how and self.rng.random() < 0.8:
                    await self._decide(who, paper, host)
            if all((host, paper.publications) in paper.seen for host in self.places):
                break
            await asyncio.sleep(BETWEEN_ASKS)
        for host in self.places:
            if (host, paper.publications) in paper.seen and self.rng.random() < 0.6:
                await self._edit(paper, host)
        self._see_whether_it_is_enough()

    async def _standing(self, who: Speaker, paper: Paper) -> Mapping[str, str]:
        """What `/postmortem status` says of each host."""
        given = await who.give(paper.channel, "/postmortem status", STATUS)
        hosts = {title: host for host, title in TITLES.items()}
        return {hosts[one["title"]]: one["how"].strip() for one in STANDING.finditer(given.said)}

    async def _decide(self, who: Speaker, paper: Paper, host: str) -> None:
        known = list(paper.edits[host])
        if self.rng.random() < 0.2:
            await self._edit(paper, host)  # which nobody was asked about yet
        overwrites = self.rng.random() < 0.7
        if overwrites:
            paper.agreed[host].update(known)
        action = OVERWRITE_ACTION if overwrites else LEAVE_ACTION
        is_pressed = await who.press(paper.channel, action, of=f"in {TITLES[host]} was")
        self.done["overwritten" if overwrites else "left"] += is_pressed

    async def _edit(self, paper: Paper, host: str) -> None:
        edit = f"e{paper.number}-{sum(map(len, paper.edits.values())):03}"
        if await self.places[host].edit(paper.number, edit):
            paper.edits[host].append(edit)
            self.done[f"edited in {host}"] += 1

    def _see_whether_it_is_enough(self) -> None:
        seen = {(host, number > 1) for paper in self.papers for host, number in paper.seen}
        if seen >= {(GIT, False), (CONFLUENCE, False)} and {is_again for _, is_again in seen} == {
            True,
            False,
        }:
            self.did_enough.set()


@asynccontextmanager
async def pages_beside(
    sandbox: Sandbox, rng: random.Random, told: Told, folder: Path
) -> AsyncIterator[Pages]:
    """The hosts, for as long as the block lasts."""
    bare = BareRepository.make(folder / "pages" / "postmortems.git")
    async with (
        GitOverHttp(bare, "git", TOKEN) as git,
        Confluence("confluence-token-of-the-storm") as wiki,
    ):
        settings = {
            "GIT_PAGES_URL": git.url,
            "GIT_PAGES_TOKEN": TOKEN,
            "GIT_PAGES_LINK": LINK,
            "CONFLUENCE_URL": wiki.url,
            "CONFLUENCE_EMAIL": wiki.email,
            "CONFLUENCE_TOKEN": wiki.token,
            "CONFLUENCE_SPACE": wiki.space,
        }
        places: Mapping[str, Place] = {GIT: Repository(bare, git, folder / "pages"), CONFLUENCE: Wiki(wiki)}
        made = Pages(sandbox, rng, told, places, settings)
        git.on_push = wiki.on_change = made.strike
        try:
            yield made
        finally:
            await made.close()
