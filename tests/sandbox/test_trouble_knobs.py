"""The knobs of trouble that storms turn: lost acknowledgements, giving up, cut answers, standing faults."""

import asyncio

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck

from sandbox.envelope import Envelope
from sandbox.faults import Fault
from sandbox.json_types import JsonObject
from tests.sandbox.conftest import Bot, Room


def say(room: Room, text: str) -> str:
    return room.workspace.say(room.ana.id, room.ops.id, text)


async def test_an_event_whose_acknowledgement_is_lost_comes_again(room: Room, bot: Bot) -> None:
    delivered: list[Envelope] = []
    acknowledged: list[Envelope] = []
    room.workspace.socket.on_delivered = delivered.append
    room.workspace.socket.on_acknowledged = acknowledged.append
    room.workspace.socket.retry_delays = (0.2, 30.0)
    room.workspace.socket.lose_acknowledgements(1)

    say(room, "Hello")
    await room.box.settled()

    assert [event["text"] for event in bot.heard("message")] == ["Hello", "Hello"]
    assert acknowledged == delivered[1:]


async def test_a_command_whose_acknowledgement_is_lost_is_not_answered(room: Room, bot: Bot) -> None:
    room.workspace.socket.answer_within = 0.2
    room.workspace.socket.lose_acknowledgements(1)

    async def done(ack: AsyncAck) -> None:
        await ack("Done.")

    bot.app.command("/incident")(done)

    answer = await room.workspace.command(room.ana.id, room.ops.id, "/incident", "help")

    assert not answer.acknowledged
    assert answer.error == '/incident failed with the error "operation_timeout"'


async def test_what_is_given_up_never_comes(room: Room) -> None:
    published: list[JsonObject] = []
    room.workspace.socket.on_published = published.append
    say(room, "While nobody listened")

    room.workspace.socket.give_up()

    assert room.workspace.socket.queued == []
    (lost,) = room.workspace.socket.given_up
    assert lost.payload["event"]["text"] == "While nobody listened"
    assert published == [lost.payload]


async def test_calm_ends_every_disorder_and_lets_out_what_was_held(room: Room, bot: Bot) -> None:
    socket = room.workspace.socket
    socket.reorder(3)
    say(room, "One")
    say(room, "Two")
    socket.lose(5)
    socket.duplicate(5)
    socket.lose_acknowledgements(5)

    socket.calm()
    say(room, "Three")
    await room.box.settled()

    assert [event["text"] for event in bot.heard("message")] == ["Two", "One", "Three"]


async def test_an_answer_can_be_cut_off_before_or_after_the_work(room: Room) -> None:
    faults = room.workspace.faults
    faults.add("chat.postMessage", Fault("cut", is_cut=True), 1)
    faults.add("chat.postMessage", Fault("cut", is_cut=True, is_performed=True), 1)

    for text in ("not said", "said"):
        with pytest.raises((aiohttp.ClientError, asyncio.TimeoutError)):
            await room.client.chat_postMessage(channel=room.ops.id, text=text)

    texts = [message.text for message in room.workspace.messages(room.ops.id)]
    assert texts == ["said"]


async def test_a_standing_fault_lasts_until_it_is_cleared(room: Room) -> None:
    faults = room.workspace.faults
    faults.stand("chat.postMessage", Fault("fatal_error"))
    for _ in range(3):
        assert (await room.refused("chat.postMessage", channel=room.ops.id, text="Hi"))[
            "error"
        ] == "fatal_error"

    faults.clear()

    await room.call("chat.postMessage", channel=room.ops.id, text="Hi")
