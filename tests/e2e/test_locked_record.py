"""Somebody else's session holds a lock in PostgreSQL: others go on, and who waits is told in time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from storage.advisory_lock import record_of
from tests.e2e.conftest import World, words
from tests.e2e.test_database_trouble import ask, texts
from tests.until import until

__all__ = ["database_url"]


@pytest.fixture
def is_patient() -> bool:
    """What is given up, and when, is what these tests are about."""
    return False


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

    def late(channel_id: str) -> int:
        envelopes = workspace.socket.unacknowledged
        return sum(one.payload["event"].get("channel") == channel_id for one in envelopes)

    with held(postgres_url, record_of(workspace.team_id, world.channel.id)):
        told = await ask(world, "/timeline add now Rolled back")
        stuck = workspace.say(world.ana.id, world.channel.id, "stuck")
        workspace.react(world.ana.id, world.channel.id, stuck, "pushpin")
        for number in range(50):
            ts = workspace.say(world.ana.id, other.id, f"not stuck {number}")
            workspace.react(world.ana.id, other.id, ts, "pushpin")
        await until(lambda: not late(other.id))  # all is acknowledged, while the lock is held
        assert late(world.channel.id)

    assert "nothing was recorded. Please say it again in a minute: /timeline add" in told
    await world.settled()
    assert world.confirmed(stuck)
    assert len(await texts(world)) == 51


async def test_of_two_starts_at_once_one_opens_and_the_other_is_told(world: World) -> None:
    workspace = world.workspace
    answers = await asyncio.gather(
        *(
            workspace.command(who.id, world.channel.id, "/incident", "start here Checkout is down")
            for who in (world.ana, world.ben)
        )
    )
    await world.settled()

    said = sorted((words(answer) for answer in answers), key=lambda text: "INC-1 is open" in text)
    assert all(answer.acknowledged for answer in answers)
    assert "INC-1 is open in this channel" in said[1]
    assert "already keeps" in said[0]


async def test_a_start_that_waits_for_another_ones_transaction_is_told_in_time(
    world: World, postgres_url: str
) -> None:
    with held(postgres_url, f"incident numbers:{world.workspace.team_id}"):
        told = await ask(world, "/incident start here Checkout is down")

    assert "nothing was recorded. Please say it again in a minute: /incident start here Checkout" in told
    assert "INC-1 is open" in await world.command(world.ana, "/incident start here Checkout is down")
