"""SIGTERM: what is under way is finished and acknowledged, what waits comes again, and nothing is doubled."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlmodel import select

from bot.app import start
from sandbox.envelope import Envelope
from sandbox.records import Channel, Person
from sandbox.server import Sandbox
from storage.database import Database
from storage.tables import Message, TimelineEvent
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, connected, settings_for, words
from tests.until import PATIENCE, until

pytestmark = pytest.mark.on_each_database

ROOT = Path(__file__).resolve().parents[2]
FOR_EVER = 3600.0
"""Seconds, which no test waits for."""


@asynccontextmanager
async def process(
    sandbox: Sandbox, database_url: str, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot run`, connected; ended however the test leaves it."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "run"),
        cwd=ROOT,
        env={
            "PATH": os.environ.get("PATH", ""),
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": database_url,
            "SCRIBE_CLOCK": "slack",
            "RATE_SCALE": str(RATE_SCALE),
            **settings,
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await sandbox.wait_connected(PATIENCE)
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def terminated(running: asyncio.subprocess.Process) -> None:
    """Send SIGTERM, and wait for its end, with exit code 0."""
    running.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        assert await running.wait() == 0


@asynccontextmanager
async def workplace() -> AsyncIterator[tuple[Sandbox, Person, Channel]]:
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        ana = sandbox.workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        channel = sandbox.workspace.add_channel("ops", members=[ana.id, sandbox.workspace.bot_user_id])
        yield sandbox, ana, channel


async def stored(database_url: str) -> tuple[list[str], list[str]]:
    """The ts of every message and of every message on the timeline, as another process finds them."""
    database = Database(database_url)
    async with database.read() as session:
        messages = list(await session.exec(select(Message.ts).where(Message.is_known)))
        events = [ts or "" for ts in await session.exec(select(TimelineEvent.message_ts))]
    await database.close()
    return messages, events


@pytest.mark.every
async def test_a_stop_under_a_rain_of_events_loses_and_doubles_nothing(database_url: str) -> None:
    async with workplace() as (sandbox, ana, channel):
        workspace = sandbox.workspace
        acknowledged: list[str] = []
        said: list[str] = []

        def note(envelope: Envelope) -> None:
            event = envelope.payload["event"]
            if isinstance(event, dict) and event["type"] == "message" and event.get("user") == ana.id:
                acknowledged.append(str(event["ts"]))

        async def rain() -> None:
            while True:
                for _ in range(10):
                    ts = workspace.say(ana.id, channel.id, "Something happened.")
                    workspace.react(ana.id, channel.id, ts, "pushpin")
                    said.append(ts)
                await asyncio.sleep(0.02)

        async with process(sandbox, database_url) as first:
            await workspace.command(ana.id, channel.id, "/incident", "start here Checkout is down")
            await sandbox.settled()
            workspace.socket.on_acknowledged = note
            raining = asyncio.create_task(rain())
            await until(lambda: len(acknowledged) > 50)
            await terminated(first)
            raining.cancel()
        by_the_first = set(acknowledged)
        written, _ = await stored(database_url)

        async with process(sandbox, database_url):
            await sandbox.settled(60)
        messages, events = await stored(database_url)

    assert by_the_first
    assert by_the_first <= set(written)  # what was acknowledged is in the database
    own = [ts for ts in messages if ts in set(said)]
    assert sorted(own) == sorted(said)
    assert sorted(events) == sorted(said)


@pytest.mark.by_each_transport
async def test_the_batch_being_written_is_acknowledged_before_the_socket_closes(world: World) -> None:
    await world.open_here()
    acknowledged: list[str] = []
    world.workspace.deliveries.on_acknowledged = lambda heard: acknowledged.append(
        heard.payload["event"]["type"]
    )
    database = world.running.scribe.database
    async with database.write() as session:
        connection = await session.connection()
        if not database.is_sqlite:
            await connection.exec_driver_sql("LOCK TABLE message IN EXCLUSIVE MODE")
        world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
        await until(lambda: world.running.recorder.being_written)
        stopping = asyncio.create_task(world.running.stop())
        await until(lambda: not world.running.gate.is_open)
    await stopping

    await until(lambda: acknowledged)  # what has arrived is read a moment later
    assert acknowledged == ["message"]


@pytest.mark.by_each_transport
async def test_a_command_under_way_is_finished_and_answered(world: World, database_url: str) -> None:
    await world.open_here()
    database = world.running.scribe.database
    async with database.write() as session:
        connection = await session.connection()
        if not database.is_sqlite:
            await connection.exec_driver_sql("LOCK TABLE timeline_event IN EXCLUSIVE MODE")
        adding = asyncio.create_task(
            world.workspace.command(world.ana.id, world.channel.id, "/timeline", "add 14:05 Rolled back")
        )
        await until(lambda: world.running.gate.under_way)
        stopping = asyncio.create_task(world.running.stop())
        await until(lambda: not world.running.gate.is_open)
    answer = await adding
    await stopping
    world.running = await connected(world.sandbox, database_url)

    assert "Rolled back" in words(answer)


async def test_what_comes_after_the_stop_began_is_left_to_come_again(world: World, database_url: str) -> None:
    await world.open_here()
    database = world.running.scribe.database
    async with database.write() as session:
        connection = await session.connection()
        if not database.is_sqlite:
            await connection.exec_driver_sql("LOCK TABLE message IN EXCLUSIVE MODE")
        first = world.workspace.say(world.ana.id, world.channel.id, "In time.")
        await until(lambda: world.running.recorder.being_written)
        stopping = asyncio.create_task(world.running.stop())
        await until(lambda: not world.running.gate.is_open)
        late = world.workspace.say(world.ana.id, world.channel.id, "Too late.")
        await until(lambda: len(world.workspace.socket.unacknowledged) == 2)
    await stopping
    written, _ = await stored(database_url)
    assert first in written
    assert late not in written

    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()
    await world.settled()
    written, _ = await stored(database_url)
    assert late in written


async def test_a_stop_waits_for_no_slack_that_hangs_and_a_restart_goes_on(
    database_url: str,
) -> None:
    async with workplace() as (sandbox, ana, channel):
        workspace = sandbox.workspace
        async with process(sandbox, database_url) as first:
            await workspace.command(ana.id, channel.id, "/incident", "start here Checkout is down")
            await sandbox.settled()
            workspace.faults.delay("reactions.add", FOR_EVER)
            ts = workspace.say(ana.id, channel.id, "Rolled back.")
            workspace.react(ana.id, channel.id, ts, "pushpin")
            await until(lambda: sandbox.web_api.in_flight)
            await terminated(first)
        workspace.faults.clear()

        async with process(sandbox, database_url):
            await until(lambda: "white_check_mark" in workspace.message(channel.id, ts).reactions)
