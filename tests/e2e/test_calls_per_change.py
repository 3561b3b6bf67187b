"""How many calls at Slack a change of an incident's state costs: what shows it is told, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from bot.app import start
from bot.slack import directory
from sandbox.records import Channel
from tests.e2e.conftest import World, settings_for
from tests.until import until

IN_ITS_CHANNEL = {"chat.update": 1, "chat.postMessage": 1, "conversations.setTopic": 1}
"""The summary, the line that says what changed, and the topic."""


@pytest.fixture
async def place(world: World, database_url: str) -> AsyncIterator[Channel]:
    """The channel of announcements."""
    await world.running.stop()
    place = world.workspace.add_channel("incidents", members=[world.ana.id])
    world.running = await start(settings_for(world.sandbox, database_url, announce_channel="#incidents"))
    await world.sandbox.wait_connected()
    yield place


async def declared(world: World) -> Channel:
    await world.command(world.ana, "/incident start Checkout is down")
    return next(one for one in world.workspace.channels.values() if one.name.startswith("inc-"))


async def calls_of(world: World, own: Channel, said: str) -> Counter[str]:
    """What follows of a command; the topic is asked for by the summary, and counted with it."""
    before, topic = len(world.workspace.calls()), own.topic
    await world.command(world.ana, said, channel=own.id)
    if said.split()[1] in ("status", "severity"):
        await until(lambda: own.topic != topic)
    await world.settled()
    return Counter(call.method for call in world.workspace.calls()[before:])


@pytest.mark.parametrize("said", ["/incident status monitoring", "/incident severity sev1"])
async def test_another_stage_or_severity_is_three_calls(world: World, said: str) -> None:
    own = await declared(world)

    assert await calls_of(world, own, said) == IN_ITS_CHANNEL


@pytest.mark.parametrize("said", ["/incident update It goes on", "/incident milestone mitigated 14:11 UTC"])
async def test_what_the_topic_does_not_say_is_two(world: World, said: str) -> None:
    own = await declared(world)

    assert await calls_of(world, own, said) == {"chat.update": 1, "chat.postMessage": 1}


async def test_said_again_it_is_none(world: World) -> None:
    own = await declared(world)
    await world.command(world.ana, "/incident severity sev1", channel=own.id)
    before = len(world.workspace.calls())

    await world.command(world.ana, "/incident severity sev1", channel=own.id)

    assert len(world.workspace.calls()) == before


async def test_announced_it_is_two_more_and_who_reads_there_is_asked_once(
    world: World, place: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await declared(world)
    announced = {**IN_ITS_CHANNEL, "chat.update": 2, "chat.postMessage": 2}

    monkeypatch.setattr(directory, "SHOWN_HOLDS", 3600.0)

    first = await calls_of(world, own, "/incident status identified")
    soon_after = await calls_of(world, own, "/incident severity sev1")
    monkeypatch.setattr(directory, "SHOWN_HOLDS", 0.0)
    world.running.scribe.directory.forget_channel(place.id)
    later = await calls_of(world, own, "/incident status monitoring")

    assert first == announced | {"conversations.info": 1}
    assert soon_after == announced
    assert later == announced | {"conversations.info": 2}


async def test_a_channel_of_announcements_that_is_shared_a_moment_later_is_told_nothing(
    world: World, place: Channel
) -> None:
    own = await declared(world)
    before = len(world.messages_of_scribe(place.id))
    world.workspace.share_channel(place.id, "T0CONNECTED")
    await world.settled()

    await world.command(world.ana, "/incident status monitoring", channel=own.id)

    assert len(world.messages_of_scribe(place.id)) == before
