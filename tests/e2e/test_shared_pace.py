"""Two replicas that share a burst keep to Slack's limits together: Slack refuses nothing."""

from __future__ import annotations

from tests.e2e.conftest import TEN_PAST_TWO, World, connected
from tests.e2e.storm.record import read_record
from tests.quiet import Sandbox
from tests.until import until

A_MINUTE = 50
"""Calls of reactions.add that Slack takes in any minute (Tier 3); here a minute is a second."""


async def test_two_replicas_together_call_no_more_often_than_one_may(postgres_url: str) -> None:
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=60) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira")
        ben = workspace.add_person("ben", real_name="Ben Okafor")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        one = await connected(sandbox, postgres_url)
        other = await connected(sandbox, postgres_url)
        try:
            world = World(sandbox, one, ana, ben, channel)
            await world.open_here()

            # given more marks than Slack confirms in a minute, but not more than two replicas would try
            for number in range(A_MINUTE + 20):
                ts = workspace.say(ana.id, channel.id, f"Observation {number}.")
                workspace.react(ben.id, channel.id, ts, "pushpin")
            await until(lambda: len(workspace.calls("reactions.add")) >= A_MINUTE + 20)
            await world.settled()

            # then each is confirmed once, and no 429 was needed
            assert len(workspace.calls("reactions.add")) == A_MINUTE + 20
            assert workspace.limited == {}
            assert len((await read_record(one.scribe.database)).marks) == A_MINUTE + 20
        finally:
            await other.stop()
            await one.stop()
