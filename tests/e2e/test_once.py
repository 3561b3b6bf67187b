"""A command or form that is delivered twice is done once: here, at another replica, after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlmodel import select

from bot.app import Running, start
from sandbox.server import Sandbox
from storage.deliveries import AlreadyDone, note
from storage.tables import Delivery, Incident, TimelineEvent
from tests.e2e.conftest import PATIENT, RATE_SCALE, TEN_PAST_TWO, World, settings_for, words
from tests.until import until

pytestmark = pytest.mark.on_each_database

FORM = {"title": {"value": "Mail is down"}, "place": {"value": "here"}}


@asynccontextmanager
async def another_replica(world: World, database_url: str) -> AsyncIterator[Running]:
    replica = await start(settings_for(world.sandbox, database_url))
    await until(lambda: world.workspace.socket.connection_count == 2)
    try:
        yield replica
    finally:
        await replica.stop()


async def recorded(world: World) -> tuple[list[str], list[str]]:
    """The titles of all incidents and the texts of all timeline events."""
    async with world.running.scribe.database.read() as session:
        titles = await session.exec(select(Incident.title).order_by(Incident.number))  # type: ignore[arg-type]
        texts = await session.exec(select(TimelineEvent.text))
        return list(titles), [text or "" for text in texts]


@pytest.mark.only_on("postgresql")  # which several replicas share
async def test_a_command_that_reaches_two_replicas_is_done_by_one(world: World, database_url: str) -> None:
    async with another_replica(world, database_url):
        for number in range(6):
            world.workspace.socket.duplicate_asks(1)
            if number == 0:
                await world.command(world.ana, "/incident start here Checkout is down")
            else:
                await world.command(world.ana, f"/timeline add now Step {number}")

        titles, texts = await recorded(world)

    assert titles == ["Checkout is down"]
    assert sorted(texts) == [f"Step {number}" for number in range(1, 6)]


@pytest.mark.only_on("postgresql")  # which several replicas share
async def test_a_form_that_reaches_two_replicas_declares_one_incident(
    world: World, database_url: str
) -> None:
    async with another_replica(world, database_url):
        world.workspace.socket.duplicate_asks(2)
        await world.command(world.ana, "/incident start")
        (form,) = world.workspace.open_views(world.ana.id)

        answer = await world.workspace.submit_view(world.ana.id, form.id, FORM)
        await world.settled()
        titles, _ = await recorded(world)

    assert answer.closed
    assert titles == ["Mail is down"]
    told = [seen.text for seen in world.workspace.ephemerals(world.ana.id, world.channel.id)]
    assert sum(text.startswith("INC-1 is open") for text in told) == 1
    assert not any("did not open the form" in text for text in told)


@pytest.mark.parametrize("command", ["/incident start", "/incident update"])
async def test_a_copy_whose_form_slack_does_not_open_either_says_so_no_second_time(
    world: World, command: str
) -> None:
    await world.open_here()
    world.workspace.refuse("views.open", "expired_trigger_id", times=2)
    await world.command(world.ana, command)
    await world.workspace.socket.ask_again()
    await until(lambda: not world.workspace.faults.waiting("views.open"))
    await until(lambda: closed_forms(world))
    await world.settled()

    assert closed_forms(world) == 1


def closed_forms(world: World) -> int:
    """How often Ana was told that a form did not open."""
    told = [seen.text for seen in world.workspace.ephemerals(world.ana.id, world.channel.id)]
    return sum("Slack did not open the form, and nothing is recorded." in text for text in told)


async def test_a_form_that_may_be_open_is_not_called_closed(world: World) -> None:
    world.workspace.lose_answer("views.open")

    await world.command(world.ana, "/incident start")

    await until(lambda: bool(world.workspace.ephemerals(world.ana.id, world.channel.id)))
    told = [seen.text for seen in world.workspace.ephemerals(world.ana.id, world.channel.id)]
    assert len(world.workspace.open_views(world.ana.id)) == 1
    assert ["If none is before you, nothing is recorded." in text for text in told] == [True]


async def test_a_copy_in_one_process_gets_the_same_answer(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Rolled back")

    copy = await world.workspace.socket.ask_again()

    assert "Rolled back" in str(copy["text"])
    assert (await recorded(world))[1] == ["Rolled back"]


async def test_a_command_that_comes_again_after_a_restart_changes_nothing(
    world: World, database_url: str
) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Rolled back")
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()

    copy = await world.workspace.socket.ask_again()

    assert copy == {}  # acknowledged, without words: the person has had their answer
    assert (await recorded(world))[1] == ["Rolled back"]


async def test_a_form_that_comes_again_after_a_restart_declares_nothing_more(
    world: World, database_url: str
) -> None:
    await world.command(world.ana, "/incident start")
    (form,) = world.workspace.open_views(world.ana.id)
    await world.workspace.submit_view(world.ana.id, form.id, FORM)
    await world.settled()
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()

    copy = await world.workspace.socket.ask_again()

    assert copy == {}  # it closes
    assert (await recorded(world))[0] == ["Mail is down"]


async def test_a_command_that_was_refused_leaves_no_note_of_having_been_done(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/timeline remove 7")

    assert "no event 7" in answer.lower()
    async with world.running.scribe.database.read() as session:
        keys = list(await session.exec(select(Delivery.key)))
    assert len(keys) == 1  # that of the incident's start


async def test_a_delivery_is_noted_once_however_many_try_at_once(world: World) -> None:
    database = world.running.scribe.database

    async def carry_out() -> bool:
        try:
            async with database.write() as session:
                await note(session, "command:1", TEN_PAST_TWO)
                await asyncio.sleep(0.01)
        except AlreadyDone:
            return False
        return True

    assert sorted(await asyncio.gather(*(carry_out() for _ in range(5)))) == [False] * 4 + [True]


@pytest.mark.usefixtures("is_patient")
async def test_a_deadlock_is_scribes_to_repeat_and_not_the_persons(
    postgres_url: str, is_patient: bool
) -> None:
    """Somebody else's transaction and the command's wait for each other; Postgres ends one of them."""
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        workspace.socket.answer_within = PATIENT
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        channel = workspace.add_channel("ops", members=[ana.id, workspace.bot_user_id])
        running = await start(settings_for(sandbox, postgres_url))
        await sandbox.wait_connected()
        try:
            await workspace.command(ana.id, channel.id, "/incident", "start here Checkout is down")
            await sandbox.settled()
            database = running.scribe.database
            async with database.write() as session:
                connection = await session.connection()
                # the victim is whoever looks for a deadlock first; this side looks late
                await connection.exec_driver_sql("SET LOCAL deadlock_timeout = '10s'")
                await connection.exec_driver_sql("LOCK TABLE milestone IN SHARE ROW EXCLUSIVE MODE")
                resolving = asyncio.create_task(workspace.command(ana.id, channel.id, "/resolve", "Over"))
                await asyncio.sleep(0.3)
                await connection.exec_driver_sql("LOCK TABLE delivery IN ACCESS EXCLUSIVE MODE")
            answer = await resolving
            await sandbox.settled()
            async with database.read() as session:
                (status,) = await session.exec(select(Incident.status))
        finally:
            await running.stop()

    assert "resolved" in words(answer)
    assert status == "resolved"
