"""Commands and interactions that Slack sends twice, and again."""

import pytest
from slack_bolt.async_app import AsyncAck

from tests.sandbox.conftest import Bot, Room


async def test_a_duplicated_command_reaches_the_app_twice_and_is_answered_once(room: Room, bot: Bot) -> None:
    triggers: list[str] = []

    async def done(ack: AsyncAck, body: dict[str, str]) -> None:
        triggers.append(body["trigger_id"])
        await ack("Done.")

    bot.app.command("/incident")(done)
    room.workspace.socket.duplicate_asks(1)

    answer = await room.workspace.command(room.ana.id, room.ops.id, "/incident", "help")
    await room.box.settled()

    assert len(triggers) == 2
    assert len(set(triggers)) == 1
    assert [message.text for message in answer.messages] == ["Done."]

    await room.workspace.socket.ask_again()

    assert len(triggers) == 3
    assert len(set(triggers)) == 1


async def test_nothing_is_asked_again_before_something_was_asked(room: Room, bot: Bot) -> None:
    with pytest.raises(LookupError):
        await room.workspace.socket.ask_again()
