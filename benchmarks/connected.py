"""What needs a Slack at the other end of a socket: events, marks, commands, catching up."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median, quantiles

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func
from sqlmodel import select

from benchmarks.rig import folder, incident, quiet
from benchmarks.slack_process import UNLIMITED, SlackProcess, slack_process
from bot.app import Running, start
from bot.settings import Settings
from storage.database import Database
from storage.tables import Intent, Message
from storage.vocabulary import IntentState

IN_FLIGHT = 64
READS = (
    "conversations.history",
    "conversations.replies",
    "conversations.info",
    "users.info",
    "reactions.get",
)


@asynccontextmanager
async def scribe(slack: SlackProcess, *, rate_scale: float = UNLIMITED) -> AsyncIterator[Running]:
    """Scribe as it is shipped, in this process, connected, with an open incident in each channel."""
    quiet()
    with folder() as place:
        url = f"sqlite:///{place / 'scribe.db'}"
        database = Database(url)
        await database.open()
        async with database.write() as session:
            for number, channel_id in enumerate(slack.channel_ids, start=1):
                session.add(incident(number, channel_id, slack.team_id))
        await database.close()
        running = await start(
            Settings(
                _env_file=None,
                slack_bot_token=slack.bot_token,
                slack_signing_secret=slack.signing_secret,
                slack_app_token="" if slack.is_http else slack.app_token,
                port=0 if slack.is_http else None,
                slack_api_url=slack.api_url,
                database_url=url,
                rate_scale=rate_scale,
                retention_days=0,
            )
        )
        if slack.is_http and running.transports.server:
            await slack.ask("verify", url=f"{running.transports.server.url}slack/events")
        gc.collect()
        gc.freeze()  # as `scribe run` does
        try:
            yield running
        finally:
            gc.unfreeze()
            await running.stop()


@asynccontextmanager
async def idler(slack: SlackProcess) -> AsyncIterator[None]:
    """A Bolt app whose listeners do nothing, acknowledging as Scribe does: after they returned."""
    found = AuthorizeResult(enterprise_id=None, team_id=slack.team_id, bot_token=slack.bot_token)

    async def authorize() -> AuthorizeResult:
        return found

    async def nothing() -> None:
        return None

    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(
        client=client, authorize=authorize, process_before_response=True, request_verification_enabled=False
    )
    for event in ("message", "reaction_added", "reaction_removed"):
        app.event(event)(nothing)
    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # the SDK does not type it
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # the SDK does not type it


async def socket(*, is_quick: bool) -> dict[str, float]:
    """Acknowledged durable events per second, and of what the same socket does for nothing; in turns.

    At Slack's real pace: the confirmations of thousands of marks leave later.
    """
    count, rounds = (500, 1) if is_quick else (8_000, 3)
    durable: list[tuple[float, float]] = []
    nothing: list[tuple[float, float]] = []
    for _ in range(rounds):
        async with slack_process() as slack, idler(slack):
            nothing.append(await _published(slack, count))
        async with slack_process() as slack, scribe(slack, rate_scale=1):
            durable.append(await _published(slack, count))
    return {
        "socket_events_per_s": median(per_s for per_s, _ in durable),
        "socket_ratio": median(per_s for per_s, _ in durable) / median(per_s for per_s, _ in nothing),
        "socket_cpu_ratio": median(cpu for _, cpu in nothing) / median(cpu for _, cpu in durable),
    }


async def _published(slack: SlackProcess, count: int) -> tuple[float, float]:
    """Events per second, and the CPU time of this process that they took."""
    await slack.ask("publish", count=200, in_flight=IN_FLIGHT)
    before = time.process_time()
    answer = await slack.ask("publish", count=count, in_flight=IN_FLIGHT)
    return count / answer["seconds"], time.process_time() - before


async def marks(*, is_quick: bool) -> dict[str, float]:
    """What a mark costs at Slack, counted by Slack."""
    count = 20 if is_quick else 200
    async with slack_process() as slack, scribe(slack) as running:
        await _drained(running, after=len(slack.channel_ids))  # each channel is read once at the start
        before = await slack.ask("calls")
        await slack.ask("marks", count=count)
        await asyncio.sleep(0.5)
        await _drained(running)
        after = await slack.ask("calls")
    made = {method: after[method] - before.get(method, 0) for method in after}
    return {
        "slack_calls_per_mark": sum(made.values()) / count,
        "slack_reads_per_mark": sum(made.get(method, 0) for method in READS) / count,
    }


async def acknowledgements(*, is_quick: bool) -> dict[str, float]:
    """How long commands take to be answered, over the socket."""
    p50, p99 = await _acknowledged(is_quick=is_quick, is_http=False)
    return {"ack_p50_ms": p50, "ack_p99_ms": p99}


async def http_acknowledgements(*, is_quick: bool) -> dict[str, float]:
    """The same over HTTP."""
    _, p99 = await _acknowledged(is_quick=is_quick, is_http=True)
    return {"http_ack_p99_ms": p99}


async def _acknowledged(*, is_quick: bool, is_http: bool) -> tuple[float, float]:
    """Of commands while Slack is slow and the outbox full: the median and the slowest in a hundred, in ms.

    Median of three runs, at Slack's real pace, at which 500 confirmations wait for ten minutes.
    """
    count, rounds = (60, 1) if is_quick else (1_000, 3)
    p50, p99 = [], []
    for _ in range(rounds):
        async with slack_process(is_http=is_http) as slack, scribe(slack, rate_scale=1) as running:
            await _drained(running, after=len(slack.channel_ids))
            await slack.ask("slow", seconds=0.1)
            answer = await slack.ask("commands", count=count, per_second=20, marks_waiting=500)
            cuts = quantiles(answer["seconds"], n=100)
            p50.append(cuts[49] * 1000)
            p99.append(cuts[98] * 1000)
            await slack.ask("slow", seconds=0)
    return median(p50), median(p99)


async def interactions(*, is_quick: bool) -> dict[str, float]:
    """The same of presses, forms and shortcuts, all kinds together; median of three runs.

    Two a second: of Slack's `views.open` hardly more are taken at its real pace.
    """
    count, rounds = (20, 1) if is_quick else (160, 3)
    p99 = []
    for _ in range(rounds):
        async with slack_process() as slack, scribe(slack, rate_scale=1) as running:
            await _drained(running, after=len(slack.channel_ids))
            await slack.ask("slow", seconds=0.1)
            answer = await slack.ask("interactions", count=count, per_second=2, marks_waiting=500)
            every = [seconds for kind in answer["seconds"].values() for seconds in kind]
            p99.append(quantiles(every, n=100)[98] * 1000)
            await slack.ask("slow", seconds=0)
    return {"interaction_ack_p99_ms": median(p99)}


async def catching_up(*, is_quick: bool) -> dict[str, float]:
    """Messages that were said and never delivered, read after a new connection."""
    count = 1_000 if is_quick else 10_000
    async with slack_process() as slack, scribe(slack) as running:
        await _drained(running, after=len(slack.channel_ids))  # each channel is read once at the start
        await slack.ask("missed", count=count)
        before = await slack.ask("calls")
        began = time.perf_counter()
        await slack.ask("disconnect")
        while await _stored(running) < count:  # noqa: ASYNC110  (another process's work)
            await asyncio.sleep(0.05)
        seconds = time.perf_counter() - began
        await asyncio.sleep(0.5)
        await _drained(running)
        after = await slack.ask("calls")
    calls = sum(after.get(method, 0) - before.get(method, 0) for method in READS)
    others = len(slack.channel_ids) - 1  # each costs a call that finds nothing
    return {
        "catchup_calls_per_1000_messages": (calls - others) * 1000 / count,
        "catchup_10k_s": seconds,
    }


async def _drained(running: Running, *, after: int = 0) -> None:
    """Nothing waits in the outbox, and at least so many intents have been there."""
    while True:
        async with running.scribe.database.read() as session:
            asked = await session.exec(select(Intent.state, func.count()).group_by(Intent.state))
            states: dict[str, int] = dict(asked.all())
        if states.get(IntentState.WAITING, 0) == 0 and sum(states.values()) >= after:
            return
        await asyncio.sleep(0.05)


async def _stored(running: Running) -> int:
    async with running.scribe.database.read() as session:
        return (await session.exec(select(func.count()).select_from(Message))).one()
