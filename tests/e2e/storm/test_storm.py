"""The storm: the bot dies again and again while Slack misbehaves and people go on; nothing is lost.

`STORM_KILLS` (20) says how often it dies, `STORM_SEED` repeats the decisions of a storm, and `make torture`
kills two hundred times. The seed fixes what is decided, not to the microsecond when it happens.
`STORM_PATIENCE` (60) is for a machine that is busy with other things.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.connect.pages.confluence import Confluence
from sandbox.server import Sandbox
from storage.database import Database
from storage.trouble import is_away
from storage.vocabulary import IntentName
from tests.e2e.storm.pages import FOUND_AT_ONCE, Pages, pages_beside
from tests.e2e.storm.pages_truth import faults_of_pages, read_pages
from tests.e2e.storm.processes import Replica, free_ports
from tests.e2e.storm.rain import Rain
from tests.e2e.storm.record import Record, read_outbox, read_record
from tests.e2e.storm.shown import faults_of
from tests.e2e.storm.told import Outcome
from tests.e2e.storm.tools import Tools, tools_beside
from tests.e2e.storm.tools_truth import faults_of_tools, of_people, read_tools
from tests.e2e.storm.trouble import LIMITED, WRITING, MachineTrouble, SlackTrouble
from tests.e2e.storm.truth import Truth, differences, truth_of

pytestmark = pytest.mark.on_each_database

KILLS = int(os.environ.get("STORM_KILLS", "20"))
RETRY_DELAYS = (0.4, 0.8, 1.2)
"""Seconds until an event comes again; after the last of them Slack gives it up."""

RATE_SCALE = 1000.0
"""Of bot and workspace alike: a storm calls in a minute what people cause in hours."""

PATIENCE = float(os.environ.get("STORM_PATIENCE", "60"))
"""Seconds within which calm must follow."""
SETTLES = Confluence.settles_within.total_seconds()
"""Seconds more, for a page of which nobody knows yet whether it was made."""
TIMEOUT = 240 + SETTLES + 10 * KILLS + 5 * (PATIENCE - 60)

CALMER = 20.0
"""How many times as seldom Slack makes trouble where so few talk."""

MOST_LINES = 40


@dataclass
class Storm:
    """One workspace, its rain, and the replicas of the bot that stand in it.

    `kills` is how often they die. `is_dry`: nobody talks but those who use the tools and publish.
    """

    seed: str
    sandbox: Sandbox
    rain: Rain
    replicas: list[Replica]
    database: Database
    tools: Tools
    pages: Pages
    kills: int = KILLS
    is_dry: bool = False

    @property
    def patience(self) -> float:
        """Seconds within which enough must have happened; where so few talk there is more of it by then."""
        return PATIENCE / 2 if self.is_dry else PATIENCE

    async def rage(self, deploy: Deploy | None = None) -> MachineTrouble:
        """People, Slack and the machine all at once, until the bot was killed often enough."""
        calmer = CALMER if self.is_dry else 1.0
        slack = SlackTrouble(self.sandbox, random.Random(f"{self.seed}:slack"), calmer=calmer)
        machine = MachineTrouble(
            self.sandbox, self.replicas, random.Random(f"{self.seed}:machine"), self.kills
        )
        self.rain.progress = lambda: machine.progress
        for replica in self.replicas:
            replica.begin()
        self.tools.begin()
        self.pages.begin()
        tasks = [asyncio.create_task(slack.go_on())]
        tasks += [] if self.is_dry else [asyncio.create_task(self.rain.fall())]
        tasks += [asyncio.create_task(one.failed()) for one in (self.tools, self.pages)]
        if deploy:
            tasks.append(asyncio.create_task(deploy(self, machine)))
        try:
            await _whichever_ends_first(self._until_enough(machine), tasks)
        finally:
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        await self.rain.dry_up()
        slack.end()
        self.tools.is_ending = True
        with contextlib.suppress(TimeoutError):
            # a page takes a draft, its text and its host: in the thick of it hardly one is written
            async with asyncio.timeout(self.patience):
                await self.pages.did_enough.wait()
        return machine

    async def _until_enough(self, machine: MachineTrouble) -> None:
        await machine.run_its_course()
        self.rain.is_ending = True
        with contextlib.suppress(TimeoutError):
            # where the bot was hardly ever up, people were told little
            async with asyncio.timeout(self.patience):
                if not self.is_dry:
                    await self.rain.said_enough.wait()
                await self.tools.did_enough.wait()

    async def fall_silent(self) -> Record:
        """Start the bot anew and have it read every channel again; what it would tell Slack, Slack limits.

        So the record that is returned stands without the outbox having told anything.
        """
        for method in WRITING:
            self.sandbox.workspace.faults.stand(method, LIMITED)
        for replica in self.replicas:
            await replica.kill()
        for replica in self.replicas:
            await replica.connected()
        try:
            await self.tools.finish(PATIENCE)
        except TimeoutError:
            self.fail([f"{PATIENCE:.0f} s later the hooks have not taken everything: {self.tools.done}"])
        try:
            await self.pages.finish(PATIENCE)
        except TimeoutError:
            self.fail([f"{PATIENCE:.0f} s later people still wait for an answer: {self.pages.done}"])
        await self._until(
            lambda record: self._is_acknowledged() and record.has_its_channels(),
            "everything is acknowledged and every incident has its channel",
        )
        await self._read_every_channel()
        # what was still being written when Slack gave it up, the first reading may have come before
        return await self._read_every_channel()

    async def _read_every_channel(self) -> Record:
        since = datetime.now(UTC)
        if self.sandbox.is_http:  # there is no connection to lose: what was missed is read at a start
            for replica in self.replicas:
                await replica.kill()
        self.sandbox.disconnect_clients()
        return await self._until(
            lambda record: self._is_acknowledged() and record.is_caught_up(since),
            "every channel was read again",
        )

    async def tell_everything(self) -> Record:
        """Let the outbox tell Slack all of it."""
        self.sandbox.workspace.faults.clear()
        return await self._until(
            lambda record: not record.waiting() and not self.sandbox.web_api.in_flight,
            "the outbox is empty",
            PATIENCE + SETTLES,
        )

    def truth(self, record: Record) -> Truth:
        """What must stand in the channels that the record keeps."""
        record = self.of_people(record)
        channels = {incident.channel_id for incident in record.incidents if incident.channel_id}
        return truth_of(self.sandbox.workspace, self.rain.told, channels)

    def of_people(self, record: Record) -> Record:
        """The record of the incidents that people declared."""
        return of_people(record, self.sandbox.workspace.bot_user_id)

    def _is_acknowledged(self) -> bool:
        deliveries = self.sandbox.workspace.deliveries
        return not (deliveries.unacknowledged or deliveries.queued)

    async def _until(self, is_so: Callable[[Record], bool], what: str, seconds: float = PATIENCE) -> Record:
        end = time.monotonic() + seconds
        while True:
            record = await self._read(read_outbox)
            if is_so(record):
                return await self._read(read_record)
            if time.monotonic() > end:
                waiting = [f"{i.key} ({i.attempts} tries, {i.failure})" for i in record.waiting()]
                read = [i for i in record.intents if i.kind == "catch_up"]
                unacknowledged = len(self.sandbox.workspace.deliveries.unacknowledged)
                self.fail(
                    [
                        f"At {datetime.now(UTC)}, {seconds:.0f} s later, it is still not so that {what}.",
                        f"{unacknowledged} events are not acknowledged.",
                        *(f"{i.key} is {i.state}, asked for at {i.asked_at}: {i.failure}" for i in read),
                        *(f"waiting: {intent}" for intent in waiting),
                    ]
                )
            await asyncio.sleep(0.2)

    async def _read(self, read: Callable[[Database], Awaitable[Record]]) -> Record:
        """On a busy machine this process may be too slow for the server, which then ends its session."""
        while True:
            try:
                return await read(self.database)
            except DBAPIError as problem:
                if not is_away(problem):
                    raise

    def check(self, faults: list[str], record: Record, truth: Truth | None = None) -> None:
        """Fail with everything that helps, if there is anything to fail for."""
        faults = [*(fault for replica in self.replicas for fault in replica.faults), *faults]
        if faults:
            faults += [
                f"({one.key} is {one.state}, asked for at {one.asked_at}: {one.failure})"
                for one in record.intents
                if one.kind == IntentName.CATCH_UP
            ]
            events = truth.events if truth else []
            told = [
                one for event in events for one in event.account if any(event.name in it for it in faults)
            ]
            self.fail([*faults, *told])

    def fail(self, faults: list[str]) -> None:
        lines = [f"Repeat it with STORM_SEED={self.seed} STORM_KILLS={KILLS}. {len(faults)} faults:"]
        lines += faults[:MOST_LINES]
        if len(faults) > MOST_LINES:
            lines.append(f"… and {len(faults) - MOST_LINES} more")
        for replica in self.replicas:
            lines += [f"--- {replica.name}, its last words:", replica.last_words()]
        pytest.fail("\n".join(lines), pytrace=False)


Deploy = Callable[[Storm, MachineTrouble], Coroutine[Any, Any, None]]
"""What is done to the replicas meanwhile; it does not end by itself."""


async def _whichever_ends_first(course: object, tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the course; a task beside it that fails fails it."""
    assert asyncio.iscoroutine(course)
    running = asyncio.create_task(course)
    try:
        await asyncio.wait([running, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in (running, *tasks):
            if task.done():
                task.result()
    finally:
        running.cancel()


@pytest.fixture(autouse=True)
def quiet_server() -> Iterator[None]:
    """The sandbox's server complains of every answer it is made to cut off."""
    logger = logging.getLogger("uvicorn.error")
    standing = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(standing)


@asynccontextmanager
async def storm(
    database_url: str,
    folder: Path,
    *,
    replicas: int = 1,
    is_http: bool = False,
    kills: int = KILLS,
    is_dry: bool = False,
) -> AsyncIterator[Storm]:
    seed = os.environ.get("STORM_SEED") or ("1" if os.environ.get("CI") else secrets.token_hex(4))
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(
            Sandbox(retry_delays=RETRY_DELAYS, rate_scale=1000, is_http=is_http)
        )
        rain = Rain(sandbox, random.Random(f"{seed}:rain"))
        beside = tools_beside(sandbox, random.Random(f"{seed}:tools"), rain.told)
        tools = await stack.enter_async_context(beside)
        publishing = pages_beside(sandbox, random.Random(f"{seed}:pages"), rain.told, folder)
        pages = await stack.enter_async_context(publishing)
        pages.troubles = FOUND_AT_ONCE if is_dry else pages.troubles
        environment = {
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": database_url,
            "RATE_SCALE": str(RATE_SCALE),
        }
        modes: list[dict[str, str]] = [{"SLACK_APP_TOKEN": sandbox.app_token}] * replicas
        tools.ports = ports = free_ports(replicas)
        if is_http:
            sandbox.request_url.urls = tuple(f"http://127.0.0.1:{port}/slack/events" for port in ports)
            modes = [{"SLACK_SIGNING_SECRET": sandbox.signing_secret}] * replicas
        made = [
            Replica(
                f"replica-{number}", {**environment, **mode, **tools.settings(port), **pages.settings}, folder
            )
            for number, (mode, port) in enumerate(zip(modes, ports, strict=True), 1)
        ]
        tools.replicas = pages.replicas = made
        database = Database(database_url)
        try:
            yield Storm(seed, sandbox, rain, made, database, tools, pages, kills, is_dry)
        finally:
            for replica in made:
                await replica.end()
            await database.close()


async def weather(
    database_url: str,
    folder: Path,
    *,
    replicas: int = 1,
    is_http: bool = False,
    deploy: Deploy | None = None,
    kills: int = KILLS,
    is_dry: bool = False,
) -> None:
    """A whole storm, and what is left of it."""
    began = time.monotonic()
    made = storm(database_url, folder, replicas=replicas, is_http=is_http, kills=kills, is_dry=is_dry)
    async with made as it:
        machine = await it.rage(deploy)
        raged = time.monotonic()

        record = await it.fall_silent()
        truth = it.truth(record)
        it.check(differences(truth, it.of_people(record)), record, truth)
        silent = time.monotonic()

        record = await it.tell_everything()
        truth = it.truth(record)
        it.check(differences(truth, it.of_people(record)), record, truth)
        it.check(faults_of(it.sandbox.workspace, record), record)
        it.check(faults_of_tools(it.tools, await read_tools(it.database)), record)
        it.check(faults_of_pages(it.pages, await read_pages(it.database)), record)
        _report(it, record, truth, machine, (raged - began, silent - raged, time.monotonic() - silent))
        _check_it_was_one(it, truth, machine)


def _check_it_was_one(it: Storm, truth: Truth, machine: MachineTrouble) -> None:
    """A storm in which little happened would show nothing."""
    assert machine.kills >= it.kills
    assert it.tools.done["deliveries 200"] > len(it.tools.items)
    if it.is_dry:
        # on a slow machine nobody may get as far as to close an item, or to see a page again
        assert len(it.tools.tracker.issues) > 1
        assert it.tools.done["items changed"]
        assert it.pages.done["published"]
        return
    assert it.sandbox.workspace.deliveries.given_up
    assert len(truth.spoken) > 5 * KILLS
    assert truth.decided["events must"] > KILLS
    assert truth.decided["events never"] > KILLS
    done = [given for given in it.rain.told.given if given.outcome is Outcome.DONE]
    assert it.rain.said_enough.is_set() or len(done) >= KILLS  # on a slow machine one kind may never succeed


def _report(
    it: Storm, record: Record, truth: Truth, machine: MachineTrouble, seconds: tuple[float, ...]
) -> None:
    calls = Counter(call.status for call in it.sandbox.workspace.calls())
    waits = [given.seconds for given in it.rain.told.given if given.outcome is Outcome.DONE]
    outcomes = Counter(given.outcome.value for given in it.rain.told.given)
    print(
        f"\nseed {it.seed}: {machine.kills} kills {dict(machine.ways)}, "
        f"{sum(replica.starts for replica in it.replicas)} starts\n"
        f"  people: {dict(it.rain.done)}\n"
        f"  commands: {dict(outcomes)}, the slowest success after {max(waits, default=0):.2f} s\n"
        f"  events: {it.rain.told.journal.now} published or acknowledged, "
        f"{len(it.sandbox.workspace.deliveries.given_up)} given up\n"
        f"  calls by status: {dict(calls)}\n"
        f"  tools: {dict(it.tools.done)}, {len(it.tools.tracker.issues)} tickets, "
        f"{sum(map(len, it.tools.alerts.values()))} alerts\n"
        f"  pages: {dict(it.pages.done)}, {len(it.pages.papers)} post-mortems\n"
        f"  intents: {dict(Counter(str(intent.kind) for intent in record.intents))}\n"
        f"  truth: {dict(truth.decided)}\n"
        f"  seconds: storm {seconds[0]:.1f}, silence {seconds[1]:.1f}, outbox {seconds[2]:.1f}"
    )


@pytest.mark.every
@pytest.mark.storm
@pytest.mark.timeout(TIMEOUT)
async def test_nothing_is_lost_or_doubled_however_often_it_is_killed(
    database_url: str, tmp_path: Path
) -> None:
    await weather(database_url, tmp_path)


@pytest.mark.storm
@pytest.mark.timeout(TIMEOUT)
async def test_nothing_is_lost_or_doubled_by_two_replicas_whichever_is_killed(
    postgres_url: str, tmp_path: Path
) -> None:
    await weather(postgres_url, tmp_path, replicas=2)


@pytest.mark.storm
@pytest.mark.timeout(TIMEOUT)
async def test_tickets_and_pages_are_neither_lost_nor_doubled_by_two_replicas(
    postgres_url: str, tmp_path: Path
) -> None:
    """Where nobody else talks they get far: items are filed, changed and closed, pages written over.

    It is over in a minute or so: the hosts lose no call that makes a page before it is made.
    """
    await weather(postgres_url, tmp_path, replicas=2, kills=KILLS // 4, is_dry=True)


@pytest.mark.every
@pytest.mark.storm
@pytest.mark.timeout(TIMEOUT)
async def test_nor_over_http(sqlite_url: str, tmp_path: Path) -> None:
    await weather(sqlite_url, tmp_path, is_http=True)


@pytest.mark.every
@pytest.mark.storm
@pytest.mark.timeout(TIMEOUT)
async def test_nor_over_http_by_two_replicas(postgres_url: str, tmp_path: Path) -> None:
    await weather(postgres_url, tmp_path, replicas=2, is_http=True)
