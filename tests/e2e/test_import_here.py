"""`/incident import since 14:00`: a channel's past joins the record, marks and all, once it is said to."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sandbox.records import Ephemeral, Person
from tests.e2e.conftest import World
from tests.until import until

BUTTON = "import_here"


def questions(world: World, who: Person, channel: str = "") -> list[Ephemeral]:
    """The questions before somebody, the newest last."""
    shown = world.workspace.ephemerals(who.id, channel or world.channel.id)
    return [one for one in shown if BUTTON in str(one.blocks)]


async def press(world: World, who: Person, asked: Ephemeral) -> str:
    """Everything that this shows its person after it."""
    before = {one.ts for one in world.workspace.ephemerals(who.id, asked.channel_id)}
    error = await world.workspace.click(
        who.id, channel_id=asked.channel_id, message_ts=asked.ts, action_id=BUTTON
    )
    assert error is None

    def answered() -> list[Ephemeral]:
        shown = world.workspace.ephemerals(who.id, asked.channel_id)
        return [one for one in shown if one.ts not in before]

    await until(answered)  # the answer follows the acknowledgement
    await world.settled()
    return "\n".join(f"{one.text} {one.blocks}" for one in answered())


def show_again(world: World, asked: Ephemeral) -> None:
    """A client that has not heard that the question was answered."""
    world.workspace.show_ephemeral(asked)


async def test_it_asks_and_opens_nothing_before_the_button_is_pressed(world: World) -> None:
    old = await world.say(world.ana, "Latency doubled.", at="11:02")
    await world.mark(world.ben, old)
    unmarked = await world.say(world.ana, "Restarting the cache.", at="11:20")
    older = await world.say(world.ana, "Good morning.", at="09:00")
    await world.mark(world.ben, older)
    await world.say(world.ben, "Let us write this up.", at="14:20")

    answer = await world.command(world.ana, "/incident import Slow cache since 11:00")

    assert answer.startswith(
        "Nothing is recorded in this channel yet. Shall I open an incident here, *Slow cache*, and take"
    )
    assert "No incident" in await world.command(world.ana, "/incident list")
    assert world.messages_of_scribe() == []

    told = await press(world, world.ana, questions(world, world.ana)[0])

    assert "INC-1 is open in this channel: *Slow cache*" in told
    assert questions(world, world.ana) == []
    shown = await world.command(world.ana, "/timeline")
    assert "Latency doubled." in shown
    assert "Good morning." not in shown
    await world.mark(world.ben, unmarked)
    assert "Restarting the cache." in await world.command(world.ana, "/timeline")


async def test_a_question_is_answered_once_also_after_the_incident_ended(world: World) -> None:
    await world.say(world.ana, "Latency doubled.", at="14:02")
    await world.command(world.ana, "/incident import since 14:00", at="14:20")
    (asked,) = questions(world, world.ana)
    await press(world, world.ana, asked)
    await world.command(world.ana, "/resolve")

    show_again(world, asked)
    told = await press(world, world.ana, asked)

    assert "That was done before" in told
    assert "INC-2" not in await world.command(world.ana, "/incident list")


async def test_two_people_who_press_share_one_incident_and_the_earlier_time_counts(world: World) -> None:
    old = await world.say(world.ana, "Latency doubled.", at="09:02")
    await world.mark(world.ben, old)
    await world.command(world.ana, "/incident import since 11:00", at="14:20")
    await world.command(world.ben, "/incident import Slow cache since 09:00 UTC")

    await press(world, world.ana, questions(world, world.ana)[0])
    told = await press(world, world.ben, questions(world, world.ben)[0])

    assert "INC-1 is open in this channel already, so I opened no other. I am reading this channel" in told
    assert "Latency doubled." in await world.command(world.ana, "/timeline")
    assert "INC-2" not in await world.command(world.ana, "/incident list")


async def test_one_that_was_opened_meanwhile_is_extended(world: World) -> None:
    old = await world.say(world.ana, "Latency doubled.", at="09:30")
    await world.mark(world.ben, old)
    await world.command(world.ana, "/incident import since 09:00", at="14:19")
    await world.open_here()

    told = await press(world, world.ana, questions(world, world.ana)[0])

    assert "INC-1 is open in this channel already, so I opened no other." in told
    assert "Latency doubled." in await world.command(world.ana, "/timeline")


async def test_an_open_incident_is_extended_at_once(world: World) -> None:
    old = await world.say(world.ana, "Latency doubled.", at="09:30")
    await world.mark(world.ben, old)
    await world.open_here()
    assert "Latency doubled." not in await world.command(world.ana, "/timeline")

    answer = await world.command(world.ana, "/incident import since 09:00")

    assert answer.startswith("I am reading this channel since ")
    assert "Latency doubled." in await world.command(world.ana, "/timeline")
    assert "INC-2" not in await world.command(world.ana, "/incident list")


async def test_the_incident_that_is_named_is_extended_also_when_it_is_resolved(world: World) -> None:
    old = await world.say(world.ana, "Latency doubled.", at="09:30")
    await world.mark(world.ben, old)
    await world.open_here()
    await world.command(world.ana, "/resolve", at="14:30")

    asked = await world.command(world.ana, "/incident import since 09:00")
    answer = await world.command(world.ana, "/incident import INC-1 since 09:00")

    assert asked.startswith("No incident is open in this channel. Shall I open an incident here and take")
    assert "say `/incident import INC-1 since 2023-09-10 09:00 UTC`" in asked
    assert "for INC-1:" in answer
    assert "Latency doubled." in await world.command(world.ana, "/timeline INC-1")
    elsewhere = world.workspace.add_channel("ops", members=[world.ana.id, world.workspace.bot_user_id])
    refused = await world.command(world.ana, "/incident import INC-1 since 09:00", channel=elsewhere.id)
    assert "this one does not keep INC-1" in refused
    assert "INC-2" not in await world.command(world.ana, "/incident list")


async def test_a_private_channel_s_incident_is_not_called_after_slack_s_word_for_it(world: World) -> None:
    members = [world.ana.id, world.workspace.bot_user_id]
    secret = world.workspace.add_channel("secret-ops", is_private=True, members=members)

    await world.command(world.ana, "/incident import since 14:00", channel=secret.id)
    told = await press(world, world.ana, questions(world, world.ana, secret.id)[0])

    assert "INC-1 is open in this channel: *What happened in a private channel*" in told
    assert "privategroup" not in told


async def test_without_a_time_it_says_how(world: World) -> None:
    await world.say(world.ana, "Hello.", at="14:20")

    assert "`/incident import since 14:00`" in await world.command(world.ana, "/incident import")
    assert "`/incident import since 14:00`" in await world.command(world.ana, "/incident import the past")
    assert "No incident" in await world.command(world.ana, "/incident list")


async def test_of_two_people_who_press_at_once_one_opens_and_both_are_told(world: World) -> None:
    await world.say(world.ana, "Latency doubled.", at="14:02")
    for who in (world.ana, world.ben):
        await world.command(who, "/incident import since 20 minutes ago", at="14:20")
    pressers = ((world.ana, questions(world, world.ana)[0]), (world.ben, questions(world, world.ben)[0]))

    told = await asyncio.gather(*(press(world, who, asked) for who, asked in pressers))

    assert all("INC-1" in one for one in told)
    listed = await world.command(world.ana, "/incident list")
    assert "INC-1" in listed
    assert "INC-2" not in listed


async def test_the_button_works_where_it_was_asked_alone(world: World) -> None:
    await world.say(world.ana, "Latency doubled.", at="14:02")
    await world.command(world.ana, "/incident import since 14:00", at="14:20")
    (asked,) = questions(world, world.ana)
    other = world.workspace.add_channel("other", members=[world.ana.id, world.workspace.bot_user_id])
    elsewhere = replace(asked, channel_id=other.id, ts=f"{asked.ts[:-1]}7")
    world.workspace.show_ephemeral(elsewhere)

    told = await press(world, world.ana, elsewhere)

    assert "That was asked in another channel." in told
    assert "No incident" in await world.command(world.ana, "/incident list")
