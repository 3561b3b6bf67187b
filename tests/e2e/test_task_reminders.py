"""Owners of action items are reminded at nine in their morning, once each time, whatever restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.app import Running, start
from bot.jobs.reminders import ask_for_reminders
from bot.slack.intents.remind_action_item import remind_action_item
from sandbox import channels
from sandbox.records import Message
from storage.postmortem_tables import Reminder
from storage.vocabulary import ReminderKind
from tests.e2e.conftest import World, settings_for

BEFORE_NINE, NINE_IN_UTC = datetime(2023, 9, 14, 8, 59, tzinfo=UTC), datetime(2023, 9, 14, 9, 1, tzinfo=UTC)
NINE_IN_NEW_YORK = datetime(2023, 9, 14, 13, 1, tzinfo=UTC)


def said(world: World) -> list[Message]:
    return [message for message in world.messages_of_scribe() if "Action item" in message.text]


async def it_is(world: World, at: datetime) -> None:
    """Somebody speaks then, and Scribe looks for what is due."""
    world.workspace.clock.set(at)
    await world.say(world.ana, "Good morning.")
    await look(world.running)
    await world.settled()


async def look(running: Running) -> None:
    await ask_for_reminders(running.scribe.database, running.scribe.clock)


async def next_time(world: World) -> datetime | None:
    async with world.running.scribe.database.read() as session:
        row = (await session.exec(select(Reminder).where(Reminder.kind == "task"))).first()
    return row.due_at if row else None


async def test_it_is_nine_in_the_owners_morning_not_in_anybody_elses(world: World) -> None:
    await world.open_here()
    await world.say(world.ben, "I am here.")
    for who in (world.ana, world.ben):
        await world.command(who, f"/incident task add <@{who.id}> by 2023-09-15: Add an index")

    await it_is(world, BEFORE_NINE)
    assert said(world) == []
    await it_is(world, NINE_IN_UTC)
    assert [f"<@{world.ana.id}>" in message.text for message in said(world)] == [True]
    await it_is(world, NINE_IN_NEW_YORK)
    assert f"<@{world.ben.id}>" in said(world)[-1].text
    assert len(said(world)) == 2


async def test_the_incidents_zone_counts_for_an_owner_without_one(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident zone Asia/Tokyo")

    await world.command(world.ana, "/incident task add <@U0NOBODY> by 2023-09-15: Add an index")

    assert await next_time(world) == datetime(2023, 9, 14, 0, 0, tzinfo=UTC)


async def test_a_restart_neither_forgets_nor_repeats(world: World, database_url: str) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident task add <@{world.ana.id}> by 2023-09-15: Add an index")
    await it_is(world, NINE_IN_UTC)

    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()
    await it_is(world, NINE_IN_UTC + timedelta(minutes=1))
    assert len(said(world)) == 1

    await world.running.stop()
    world.workspace.clock.set(NINE_IN_UTC + timedelta(days=1))
    world.workspace.say(world.ben.id, world.channel.id, "Meanwhile the day came.")
    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()
    await it_is(world, NINE_IN_UTC + timedelta(days=1, minutes=1))
    assert len(said(world)) == 2
    assert "is due today" in said(world)[-1].text


@asynccontextmanager
async def another_replica(world: World, database_url: str) -> AsyncIterator[Running]:
    replica = await start(settings_for(world.sandbox, database_url))
    try:
        yield replica
    finally:
        await replica.stop()


@pytest.mark.only_on("postgresql")  # which several replicas share
async def test_two_replicas_remind_once(world: World, database_url: str) -> None:
    await world.open_here()
    for number in range(5):
        await world.command(
            world.ana, f"/incident task add <@{world.ana.id}> by 2023-09-15: Add index {number}"
        )
    async with another_replica(world, database_url) as replica:
        world.workspace.clock.set(NINE_IN_UTC)
        ts = await world.say(world.ana, "Good morning.")
        for one in (world.running, replica):
            one.scribe.clock.saw_ts(ts)
        for one in (world.running, replica, world.running):
            await look(one)
        await world.settled()

    assert len(said(world)) == 5
    assert len({message.text for message in said(world)}) == 5


async def test_snoozed_it_comes_a_day_later_and_words_do_not_bring_it_back(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident task add <@{world.ana.id}> by 2023-09-15: Add an index")
    await it_is(world, NINE_IN_UTC)
    (reminder,) = said(world)

    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=reminder.ts, action_id="task_snooze_week"
    )
    await world.settled()
    await world.command(world.ana, "/incident task edit 1 p1 : Add two indexes")
    await it_is(world, NINE_IN_UTC + timedelta(days=3))
    assert len(said(world)) == 1
    await it_is(world, NINE_IN_UTC + timedelta(days=7, minutes=1))
    assert "was due 2023-09-15" in said(world)[-1].text


async def test_done_at_its_button_it_is_not_said_again(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident task add <@{world.ana.id}> by 2023-09-15: Add an index")
    await it_is(world, NINE_IN_UTC)
    (reminder,) = said(world)

    for _ in range(2):
        await world.workspace.click(
            world.ben.id, channel_id=world.channel.id, message_ts=reminder.ts, action_id="task_done"
        )
        await world.settled()

    assert await next_time(world) is None
    assert "0 of 1 action items open" in await world.command(world.ana, "/incident task")


async def test_put_off_while_a_reminder_is_on_its_way_it_is_not_said(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident task add <@{world.ana.id}> by 2023-09-15: Add an index")
    async with world.running.scribe.database.read() as session:
        of_items = select(Reminder).where(Reminder.kind == ReminderKind.ACTION_ITEM)
        (on_its_way,) = await session.exec(of_items)

    await world.command(world.ana, "/incident task edit 1 by 2023-10-15")

    assert await remind_action_item(world.running.scribe, on_its_way) is None


async def test_without_an_owner_or_a_day_nobody_is_reminded(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add by 2023-09-15: Add an index")
    assert await next_time(world) is None
    await world.command(world.ana, f"/incident task edit 1 <@{world.ana.id}>")
    assert await next_time(world) == datetime(2023, 9, 14, 9, 0, tzinfo=UTC)


async def test_in_an_archived_channel_nothing_is_said_and_nothing_forgotten(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident task add <@{world.ana.id}> by 2023-09-15: Add an index")
    workspace = world.workspace
    elsewhere = workspace.add_channel("elsewhere", members=[world.ana.id, workspace.bot_user_id])
    workspace.archive(world.ana.id, world.channel.id)
    workspace.clock.set(NINE_IN_UTC + timedelta(days=1))
    workspace.say(world.ana.id, elsewhere.id, "Good morning.")
    await world.sandbox.settled()
    await look(world.running)
    await world.settled()
    assert said(world) == []

    channels.unarchive(workspace, world.channel, world.ana.id)
    await world.sandbox.settled()
    await it_is(world, NINE_IN_UTC + timedelta(days=8, minutes=1))

    assert "was due 2023-09-15" in said(world)[-1].text
