"""A channel that becomes private takes its incidents along at once, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import start
from sandbox.records import Channel
from sandbox.server import Sandbox
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, settings_for

SECRET = "Payroll leaked"


@pytest.fixture
async def world(tmp_path: Path, is_patient: bool) -> AsyncIterator[World]:
    """What is asked here is the same on every database."""
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        channel = workspace.add_channel("payroll", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await start(settings_for(sandbox, f"sqlite:///{tmp_path / 'scribe.db'}"))
        await sandbox.wait_connected()
        made = World(sandbox, running, ana, ben, channel)
        try:
            yield made
        finally:
            await made.running.stop()


async def outside(world: World) -> Channel:
    """The incident, with a conclusion and a lesson; and a channel in which an outsider asks for it."""
    await world.open_here(SECRET)
    ts = await world.say(world.ana, "Zebras read the salaries.", at="14:30")
    await world.mark(world.ben, ts, "bulb")
    await world.command(world.ana, "/resolve The zebras are gone.")
    other = world.workspace.add_channel("elsewhere", members=[world.ben.id, world.workspace.bot_user_id])
    world.workspace.leave(world.ben.id, world.channel.id)
    await world.settled()
    await world.command(world.ben, "/incident start here Something else", channel=other.id)
    return other


async def shown(world: World, other: Channel) -> str:
    commands = (
        "/incident list",
        "/incident show INC-1",
        "/postmortem search zebras",
        "/incident similar payroll zebras",
    )
    return "\n".join([await world.command(world.ben, command, channel=other.id) for command in commands])


def lines(world: World, words: str) -> list[str]:
    return [message.text for message in world.messages_of_scribe() if words in message.text]


async def test_it_is_shown_elsewhere_until_its_channel_is_private_and_again_after(world: World) -> None:
    other = await outside(world)
    assert SECRET in await shown(world, other)

    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    hidden = await shown(world, other)
    for words in (SECRET, "Zebras", "zebras are gone", "*zebras*"):
        assert words not in hidden
    assert "INC-1" in await world.command(world.ana, "/incident show")
    assert len(lines(world, "This channel is private now")) == 1

    world.workspace.convert(world.ana.id, world.channel.id, is_private=False)
    await world.settled()

    assert SECRET in await shown(world, other)
    assert len(lines(world, "This channel is public now")) == 1


async def test_nobody_needs_to_have_heard_of_it(world: World, tmp_path: Path) -> None:
    other = await outside(world)
    await world.running.stop()
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    world.running = await start(settings_for(world.sandbox, f"sqlite:///{tmp_path / 'scribe.db'}"))
    await world.sandbox.wait_connected()
    await world.settled()

    assert SECRET not in await shown(world, other)
    assert len(lines(world, "This channel is private now")) == 1


async def test_twice_and_back_is_said_each_time_and_a_copy_of_the_event_changes_nothing(world: World) -> None:
    await outside(world)
    for is_private in (True, False, True):
        world.workspace.convert(world.ana.id, world.channel.id, is_private=is_private)
        await world.settled()
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    assert len(lines(world, "This channel is private now")) == 2
    assert len(lines(world, "This channel is public now")) == 1
