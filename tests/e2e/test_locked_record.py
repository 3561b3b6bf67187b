"""Somebody else's session holds a lock in PostgreSQL: others go on, and who waits is told in time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from storage.turns import record_of
from tests.e2e.conftest import World, words
from tests.e2e.test_database_trouble import ask, texts

__all__ = ["database_url"]


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """These tests are about PostgreSQL."""
    return postgres_url


@contextmanager
def held(postgres_url: str, turn: str) -> Iterator[None]:
    with psycopg.connect(postgres_url) as somebody:
        somebody.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [turn])
        yield
        somebody.rollback()


async def test_one_locked_channel_stalls_no_other(world: World, postgres_url: str) -> None:
    workspace = world.workspace
    await world.open_here()
    other = workspace.add_channel("payments", members=[world.ana.id, workspace.bot_user_id])
    await world.command(world.ana, "/incident start here Payments fail", channel=other.id)
    workspace.socket.retry_delays = (3.0, 60.0, 300.0)  # Slack's own are a minute and five

    with held(postgres_url, record_of(1)):
        workspace.say(world.ana.id, world.channel.id, "stuck")
        marked = [workspace.say(world.ana.id, other.id, f"not stuck {number}") for number in range(50)]
        for ts in marked:
            workspace.react(world.ana.id, other.id, ts, "pushpin")
        told = await ask(world, "/timeline add now Rolled back")
        await asyncio.sleep(1.0)
        late = [one.payload["event"] for one in workspace.socket.unacknowledged]
        redelivered = [one for one in workspace.socket.unacknowledged if one.attempt]
        await (
            world.running.scribe.recorder.stop()
        )  # what waits is left to redelivery, and nobody waits for it
        world.running.scribe.recorder.start()

    assert "nothing was recorded. Please say it again in a minute: /timeline add" in told
    assert {event["channel"] for event in late} <= {world.channel.id}
    assert not redelivered
    await world.settled()
    assert "stuck" in str(await world.command(world.ana, "/incident show"))
    assert len(await texts(world)) == 50


async def test_of_two_starts_at_once_one_opens_and_the_other_is_told(world: World) -> None:
    workspace = world.workspace
    answers = await asyncio.gather(
        *(
            workspace.command(who.id, world.channel.id, "/incident", "start here Checkout is down")
            for who in (world.ana, world.ben)
        )
    )
    await world.settled()

    said = sorted((words(answer) for answer in answers), key=lambda text: "is open" in text)
    assert all(answer.acknowledged and answer.seconds < 3 for answer in answers)
    assert "INC-1 is open in this channel" in said[1]
    assert "already keeps" in said[0]


async def test_a_start_that_waits_for_another_ones_transaction_is_told_in_time(
    world: World, postgres_url: str
) -> None:
    with held(postgres_url, f"incident numbers:{world.workspace.team_id}"):
        told = await ask(world, "/incident start here Checkout is down")

    assert "nothing was recorded. Please say it again in a minute: /incident start here Checkout" in told
    assert "INC-1 is open" in await world.command(world.ana, "/incident start here Checkout is down")
