"""What apps say in an incident's channel is on its timeline by itself, where one of the rules takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from tests.e2e.alerts import listening
from tests.e2e.conftest import World
from tests.e2e.test_app_edits import rows
from tests.e2e.test_catch_up import caught_up, unheard

pytestmark = pytest.mark.on_each_database

RULES = """
[[message]]
name = "Deploys"
when.bot = "Deploy Bot"
when.text = "deployed * to production"
then = "deploy"

[[message]]
when.bot = "Watch*"
then = "alert"
"""


@pytest.fixture
async def ruled(world: World, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    file = tmp_path_factory.mktemp("routes") / "routes.toml"
    file.write_text(RULES)
    await listening(world, database_url, routes_file=str(file))
    return world


async def events(world: World) -> Sequence[Any]:
    """Kind, source and message of every event."""
    query = "SELECT kind, source, message_ts FROM timeline_event ORDER BY number"
    async with world.running.scribe.database.read() as session:
        return [tuple(row) for row in (await (await session.connection()).execute(text(query))).all()]


def deploy(world: World, at: str, said: str = "Deployed checkout v42 to production") -> str:
    world.at(at)
    return world.workspace.say_as_bot("Deploy Bot", world.channel.id, text=said)


async def test_a_deploy_and_an_alert_are_events_with_their_messages_as_evidence(ruled: World) -> None:
    await ruled.open_here()
    deployed = deploy(ruled, "14:25", "Deployed checkout v42 to production <!channel>")
    ruled.at("14:26")
    alerted = ruled.workspace.say_as_bot("Watchtower", ruled.channel.id, text="5xx above 5%")
    deploy(ruled, "14:27", "Deploying search")
    await ruled.settled()
    confirmed = [ruled.confirmed(ts) for ts in (deployed, alerted)]
    shown = await ruled.command(ruled.ana, "/timeline")
    await ruled.command(ruled.ana, "/resolve")

    assert confirmed == [True, True]
    assert await events(ruled) == [("deploy", "rule", deployed), ("alert", "rule", alerted)]
    assert [row.split(" | ")[0] for row in rows(ruled)[:2]] == ["14:25", "14:26"]
    assert "Deployed checkout v42 to production" in rows(ruled)[0]
    assert "<!channel>" not in shown + ruled.canvas()


async def test_what_was_never_delivered_is_an_event_once_it_is_read_and_stays_one(ruled: World) -> None:
    await ruled.open_here()
    with unheard(ruled):
        ts = deploy(ruled, "14:25")
    await caught_up(ruled)
    await caught_up(ruled)

    assert await events(ruled) == [("deploy", "rule", ts)]


async def test_what_was_said_before_is_an_event_where_the_channel_is_read_since_then(ruled: World) -> None:
    ts = deploy(ruled, "14:18")
    await ruled.settled()
    before = await events(ruled)
    await ruled.say(ruled.ben, "This is an incident.", at="14:20")
    await ruled.command(ruled.ana, "/incident start here Checkout is down since 14:15")
    await ruled.settled()
    await caught_up(ruled)

    assert before == []
    assert await events(ruled) == [("deploy", "rule", ts)]


async def test_an_edit_makes_it_one_and_the_timeline_says_so(ruled: World) -> None:
    await ruled.open_here()
    ts = deploy(ruled, "14:25", "Deploying checkout v42")
    await ruled.settled()
    before = await events(ruled)
    ruled.at("14:31")
    ruled.workspace.edit_as_bot(ruled.channel.id, ts, text="Deployed checkout v42 to production")
    await ruled.settled()
    shown = await ruled.command(ruled.ana, "/timeline")

    assert before == []
    assert await events(ruled) == [("deploy", "rule", ts)]
    assert "changed to: Deployed checkout v42 to production" in shown


async def test_what_somebody_takes_off_stays_off_when_it_is_read_again(ruled: World) -> None:
    await ruled.open_here()
    ts = deploy(ruled, "14:25")
    await ruled.settled()
    await ruled.command(ruled.ana, "/timeline remove 1")
    ruled.workspace.edit_as_bot(ruled.channel.id, ts, text="Deployed checkout v43 to production")
    await ruled.settled()
    await caught_up(ruled)

    async with ruled.running.scribe.database.read() as session:
        query = text("SELECT count(*) FROM timeline_event WHERE removed_at IS NULL")
        assert (await (await session.connection()).execute(query)).scalar() == 0


async def test_where_no_incident_is_open_nothing_comes_of_it(ruled: World) -> None:
    deploy(ruled, "14:19")
    await ruled.open_here()
    await ruled.command(ruled.ana, "/resolve")
    deploy(ruled, "14:40")
    other = ruled.workspace.add_channel("deploys", members=[ruled.ana.id, ruled.workspace.bot_user_id])
    ruled.workspace.say_as_bot("Deploy Bot", other.id, text="Deployed checkout v42 to production")
    await ruled.settled()
    await caught_up(ruled)

    assert await events(ruled) == []
    async with ruled.running.scribe.database.read() as session:
        kept = text("SELECT count(*) FROM message WHERE channel_id = :other")
        found = await (await session.connection()).execute(kept, {"other": other.id})
        assert found.scalar() == 0
