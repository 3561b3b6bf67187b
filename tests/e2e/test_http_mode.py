"""HTTP mode as a whole: Slack calls Scribe, and comes again where that failed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.app import CannotStart, Running, start
from bot.slack.calls import TryLater
from sandbox.envelope import Envelope
from sandbox.faults import Fault
from storage import outbox
from tests.e2e.conftest import PATIENT, World, connected, settings_for, words
from tests.until import until


@pytest.fixture
def is_http() -> bool:
    return True


async def readiness(running: Running) -> tuple[int, dict[str, object]]:
    assert running.transports.server
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{running.transports.server.url}readyz") as answer,
    ):
        return answer.status, await answer.json()


async def is_ready(running: Running) -> bool:
    return (await readiness(running))[0] == 200


async def is_not_ready(running: Running) -> bool:
    return not await is_ready(running)


async def health(running: Running) -> int:
    assert running.transports.server
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{running.transports.server.url}healthz") as answer,
    ):
        return answer.status


async def test_an_incident_is_declared_recorded_and_drafted(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back the deploy.", at="14:30")
    await world.mark(world.ana, ts)
    await world.settled()
    confirmed = world.confirmed(ts)

    (form,) = await world.global_shortcut(world.ben, "declare_incident")
    refused = await world.workspace.submit_view(
        world.ben.id, form.id, {"title": {"value": "Mail"}, "since": {"value": "later"}}
    )
    await world.command(world.ben, "/resolve rolled back")

    assert confirmed
    assert list(refused.errors) == ["since"]
    assert "Rolled back the deploy." in world.canvas()


async def test_a_command_may_say_payload(world: World) -> None:
    await world.open_here()

    assert "the payload was bad" in await world.command(world.ana, "/timeline add 14:05 the payload was bad")


async def test_what_was_not_acknowledged_comes_again_and_is_recorded_once(world: World) -> None:
    await world.open_here()
    told = world.workspace.deliveries
    told.retry_delays = (0.0, 0.0, 0.0)
    delivered: list[Envelope] = []
    told.on_delivered = delivered.append
    told.lose_acknowledgements(3)

    await world.say(world.ana, "Rolled back.", at="14:30")
    await world.settled()

    assert [(one.attempt, one.reason) for one in delivered] == [
        (0, ""),
        (1, "http_timeout"),
        (2, "http_timeout"),
        (3, "http_timeout"),
    ]
    async with world.running.scribe.database.read() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql("SELECT count(*) FROM message WHERE text = 'Rolled back.'")
        assert found.scalar() == 1


async def test_what_slack_gave_up_while_nobody_was_there_is_caught_up(
    world: World, database_url: str
) -> None:
    await world.open_here()
    await world.running.stop()
    world.workspace.deliveries.retry_delays = ()
    world.workspace.say(world.ana.id, world.channel.id, "While nobody was there.")
    await until(lambda: world.workspace.deliveries.given_up)

    world.running = await connected(world.sandbox, database_url)
    await world.settled()

    async with world.running.scribe.database.read() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql("SELECT text FROM message WHERE text LIKE 'While%'")
        assert found.all() == [("While nobody was there.",)]


async def test_a_stop_tells_load_balancers_answers_commands_and_leaves_events(
    world: World, database_url: str
) -> None:
    await world.open_here()
    database = world.running.scribe.database
    async with database.write():
        adding = asyncio.create_task(
            world.workspace.command(world.ana.id, world.channel.id, "/timeline", "add 14:05 Rolled back")
        )
        await until(lambda: world.running.gate.under_way)
        stopping = asyncio.create_task(world.running.stop())
        await until(lambda: not world.running.gate.is_open)
        while_stopping, said = await readiness(world.running)
        world.workspace.deliveries.retry_delays = (PATIENT,)
        world.workspace.say(world.ana.id, world.channel.id, "Too late.")
        await until(lambda: world.workspace.deliveries.unacknowledged[-1].timer)
    answer = await adding
    await stopping
    world.workspace.deliveries.give_up()
    world.running = await connected(world.sandbox, database_url)

    assert (while_stopping, said["is_stopping"]) == (503, True)
    assert "Rolled back" in words(answer)


@pytest.mark.on_each_database
async def test_it_is_ready_while_it_can_take_requests(world: World) -> None:
    status, said = await readiness(world.running)

    assert (status, said["ready"], await health(world.running)) == (200, True, 200)
    assert said["outbox_waiting"] == said["recorder_waiting"] == 0


async def test_where_slacks_api_is_down_it_still_takes_requests(world: World) -> None:
    world.workspace.faults.stand("auth.test", Fault("cut", is_cut=True))
    with pytest.raises(TryLater):
        await world.running.scribe.slack.call("auth_test")

    status, said = await readiness(world.running)

    assert status == 200
    assert float(str(said["slack_unreachable_for"])) > 0
    world.workspace.faults.clear()
    await world.running.scribe.slack.call("auth_test")
    assert (await readiness(world.running))[1]["slack_unreachable_for"] == 0


async def test_an_outbox_that_lags_says_so_and_is_no_reason_to_take_nothing(world: World) -> None:
    scribe = world.running.scribe
    await world.running.worker.stop()
    async with scribe.database.write() as session:
        asked = outbox.NewIntent("reply", "reply:x", "lane", {"text": "late"})
        await outbox.ask_once(session, asked, asked_at=scribe.clock.now() - timedelta(minutes=2))

    status, said = await readiness(world.running)

    assert (status, said["outbox_waiting"], said["outbox_oldest"]) == (200, 1, 120.0)


async def test_without_its_database_it_is_alive_and_not_ready(world: World) -> None:
    database = world.running.scribe.database
    async with database.write() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE intent RENAME TO elsewhere")

    status, said = await readiness(world.running)
    alive = await health(world.running)
    async with database.write() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE elsewhere RENAME TO intent")

    assert (status, said["is_database_there"], alive) == (503, False, 200)
    await until(lambda: is_ready(world.running))


async def test_in_socket_mode_the_port_serves_how_it_is_and_nothing_of_slacks(
    world: World, database_url: str
) -> None:
    await world.running.stop()
    settings = settings_for(world.sandbox, database_url).model_copy(
        update={"slack_app_token": world.sandbox.app_token}
    )
    running = world.running = await start(settings)
    server = running.transports.server
    assert server
    await until(lambda: world.workspace.socket.is_connected)

    assert (await readiness(running))[0] == 200
    async with aiohttp.ClientSession() as http, http.post(f"{server.url}slack/events") as answer:
        assert answer.status == 404
    world.workspace.socket.hang_handshakes(100)
    world.workspace.socket.disconnect(abruptly=True)
    await until(lambda: is_not_ready(running))


async def test_a_taken_port_ends_the_start_with_a_sentence(world: World, tmp_path: Path) -> None:
    server = world.running.transports.server
    assert server
    port = urlsplit(server.url).port
    taken = settings_for(world.sandbox, f"sqlite:///{tmp_path / 'another.db'}")

    with pytest.raises(CannotStart, match=f"port {port}"):
        await start(taken.model_copy(update={"port": port}))
