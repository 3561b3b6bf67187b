"""Published post-mortems are sent to a receiver: signed, once, and its link comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.quiet import Sandbox
from tests.webhook_server import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LINK = "https://wiki.example.com/7"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver(SECRET, LINK) as made:
        yield made


@pytest.fixture
async def world(database_url: str, is_patient: bool, receiver: Receiver) -> AsyncIterator[World]:
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await connected(
            sandbox, database_url, webhook_pages_url=receiver.url, webhook_pages_secret=SECRET
        )
        made = World(sandbox, running, ana, ben, channel)
        try:
            yield made
        finally:
            await made.running.stop()


@pytest.mark.parametrize("faults", [[], [503], [429], [0]], ids=["well", "503", "429", "lost"])
async def test_each_publication_is_taken_once(world: World, receiver: Receiver, faults: list[int]) -> None:
    receiver.faults += faults
    await world.open_here()
    await world.command(world.ana, "/resolve")

    await world.publish(world.ana)
    await world.command(world.ana, "/postmortem reopen")
    await world.publish(world.ana)

    told = [one["data"] for one in receiver.taken.values()]
    assert [one["publication"] for one in told] == [1, 2]
    assert told[0]["id"] == told[1]["id"]
    assert told[0]["title"] == "INC-1: Deployment disruption"
    said = [one.text for one in world.messages_of_scribe()]
    assert sum(f"stands in <{LINK}|the webhook> now" in one for one in said) == 1
    assert f"<{LINK}|the webhook>: version 2" in await world.command(world.ana, "/postmortem status")
