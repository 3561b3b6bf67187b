"""At Slack's real pace, against a sandbox that enforces it: a burst waits, nobody runs into a 429."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click import unstyle
from typer.testing import CliRunner

from bot.app import start
from bot.cli import app
from bot.incidents import intents
from sandbox.records import Person
from sandbox.server import Sandbox
from storage import outbox
from tests.e2e.conftest import TEN_PAST_TWO, World, settings_for
from tests.until import PATIENCE, until

ROOT = Path(__file__).parents[2]
A_MINUTE = 50
"""Calls of reactions.add that Slack takes in any minute (Tier 3)."""


@asynccontextmanager
async def at_real_pace(tmp_path: Path) -> AsyncIterator[World]:
    """The whole bot and a workspace, both at scale 1, with an incident in #web-release."""
    async with Sandbox(now=TEN_PAST_TWO) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira")
        ben = workspace.add_person("ben", real_name="Ben Okafor")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await start(settings_for(sandbox, f"sqlite:///{tmp_path / 'scribe.db'}"))
        await sandbox.wait_connected()
        world = World(sandbox, running, ana, ben, channel)
        try:
            await world.open_here()
            yield world
        finally:
            await running.stop()


def mark_some(world: World, number: int) -> None:
    """So many messages, each of them marked, as fast as it goes."""
    for count in range(number):
        ts = world.workspace.say(world.ana.id, world.channel.id, f"Observation {count}.")
        world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")


def confirmations(world: World) -> int:
    return len(world.workspace.calls("reactions.add"))


async def add(world: World, who: Person, text: str) -> None:
    """Somebody adds to the timeline by command, and is answered in time."""
    answer = await world.workspace.command(who.id, world.channel.id, "/timeline", f"add {text}")
    assert answer.acknowledged


async def change_summary(world: World) -> None:
    """The record changed in a way that the summary shows."""
    scribe = world.running.scribe
    async with scribe.database.write() as session:
        await outbox.ask(session, [intents.refresh_summary(1)], asked_at=scribe.clock.now())


async def test_what_people_wait_for_goes_before_ninety_confirmations(tmp_path: Path) -> None:
    async with at_real_pace(tmp_path) as real:
        # given a minute full of confirmations, and ninety more that wait
        mark_some(real, A_MINUTE + 90)
        await until(lambda: confirmations(real) >= A_MINUTE * 9 // 10)

        # when somebody opens another incident
        other = real.workspace.add_channel("checkout", members=[real.ana.id, real.workspace.bot_user_id])
        command = "start here Checkout is down"
        answer = await real.workspace.command(real.ana.id, other.id, "/incident", command)

        # then its summary stands there before Slack takes another confirmation, and no 429 was needed
        assert answer.acknowledged
        await until(lambda: real.messages_of_scribe(other.id))
        assert confirmations(real) <= A_MINUTE
        assert real.workspace.limited == {}
        await real.running.stop()

        # and to stop waits for nobody's turn, which comes after a minute
        assert confirmations(real) <= A_MINUTE


@pytest.mark.storm
@pytest.mark.timeout(240)
async def test_two_minutes_of_bursts_bring_no_429(tmp_path: Path) -> None:
    async with at_real_pace(tmp_path) as real:
        counted: list[tuple[float, int]] = []
        counting = asyncio.create_task(count(real, counted))
        started = time.monotonic()

        # given a burst of marks and commands, and more changes of the summary than Slack takes in a minute
        mark_some(real, 90)
        for number in range(40):
            await add(real, real.ben, f"Step {number} taken.")
        for _ in range(2 * A_MINUTE):
            await change_summary(real)
            await asyncio.sleep(0.05)
        updates = len(real.workspace.calls("chat.update"))
        # and in the second minute the same again, with more drafts than canvases may be read and written
        await asyncio.sleep(started + 63 - time.monotonic())
        mark_some(real, 60)
        for number in range(40, 65):
            await add(real, real.ana, f"Step {number} taken.")
            await real.workspace.command(real.ana.id, real.channel.id, "/postmortem", "draft")
        answer = await real.workspace.command(real.ana.id, real.channel.id, "/resolve", "")
        await asyncio.sleep(started + 120 - time.monotonic())
        counting.cancel()

        # then Slack never had to refuse anything
        assert real.workspace.limited == {}
        assert [call for call in real.workspace.all_calls if call.status == 429] == []
        # and people were answered all the while
        assert answer.acknowledged
        assert any("was resolved by" in message.text for message in real.messages_of_scribe())
        # and so many changes of the summary as Slack takes were told, the others by the next
        assert A_MINUTE // 2 < updates <= A_MINUTE
        titles = [call.args["title"] for call in real.workspace.calls("canvases.create")]
        assert len([title for title in titles if ": timeline (live)" not in title]) == 1
        assert len(real.workspace.calls("canvases.getContent")) > 10
        # and the confirmations came as fast as Slack takes them, a tenth aside, and no faster
        for at, number in counted:
            a_minute_ago = max((then for moment, then in counted if moment <= at - 60), default=0)
            assert number - a_minute_ago <= A_MINUTE
        assert confirmations(real) >= 2 * (A_MINUTE * 9 // 10)


async def test_the_command_line_sets_the_pace(tmp_path: Path) -> None:
    # given a workspace that is a thousand times as fast, and a bot that is told so on its command line
    async with Sandbox(rate_scale=1000) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana")
        channel = workspace.add_channel("web-release", members=[ana.id, workspace.bot_user_id])
        settings = settings_for(sandbox, f"sqlite:///{tmp_path / 'scribe.db'}", rate_scale="1")
        names = ("slack_bot_token", "slack_app_token", "slack_api_url", "database_url", "rate_scale")
        environment = {name.upper(): str(getattr(settings, name)) for name in names}
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--rate-scale", "1000"),
            env={"PATH": os.environ["PATH"], **environment},
            cwd=ROOT,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await sandbox.wait_connected(PATIENCE)
            await workspace.command(ana.id, channel.id, "/incident", "start here Checkout is down")
            # when more is marked than Slack confirms in a minute
            for number in range(A_MINUTE + 10):
                ts = workspace.say(ana.id, channel.id, f"Observation {number}.")
                workspace.react(ana.id, channel.id, ts, "pushpin")
            # then it does not take a minute
            await until(lambda: len(workspace.calls("reactions.add")) == A_MINUTE + 10)
        finally:
            bot.kill()
            await bot.wait()


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_pace_that_is_none_is_refused_in_words(command: str) -> None:
    ended = CliRunner().invoke(app, [command, "--rate-scale", "0"])
    assert ended.exit_code == 2
    assert "--rate-scale" in unstyle(ended.output)
    assert "0.01" in ended.output


async def count(world: World, counted: list[tuple[float, int]]) -> None:
    """Write down twice a second how many confirmations there are."""
    while True:
        counted.append((time.monotonic(), confirmations(world)))
        await asyncio.sleep(0.5)
