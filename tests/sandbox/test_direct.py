"""Direct messages with the app, mentions of it, and topics: how each reaches it."""

from __future__ import annotations

import dataclasses

import pytest

from sandbox.errors import SandboxError
from sandbox.manifest import AppHome
from tests.sandbox.conftest import Bot, Room


async def test_a_direct_message_is_no_mention(room: Room, bot: Bot) -> None:
    bot_user = room.workspace.bot_user_id
    direct = room.workspace.open_home(room.ana.id, "messages")
    room.workspace.say(room.ana.id, direct.id, f"<@{bot_user}> hello")
    await room.box.settled()

    (said,) = bot.heard("message")
    assert (said["channel"], said["channel_type"]) == (direct.id, "im")
    assert bot.heard("app_mention") == []


async def test_a_command_in_direct_messages_says_so(room: Room, bot: Bot) -> None:
    channels: list[str] = []

    @bot.app.command("/incident")
    async def incident(ack: object, body: dict[str, str]) -> None:
        channels.append(body["channel_name"])
        await ack()  # type: ignore[operator]

    direct = room.workspace.open_home(room.ana.id, "messages")
    await room.workspace.command(room.ana.id, direct.id, "/incident")
    assert channels == ["directmessage"]


@pytest.mark.parametrize(
    "home", [AppHome(has_messages_tab=True, is_read_only=True), AppHome(has_messages_tab=False)]
)
async def test_people_write_to_the_app_only_where_its_manifest_allows_it(room: Room, home: AppHome) -> None:
    opened = await room.call("conversations.open", users=room.ana.id)
    room.workspace.manifest = dataclasses.replace(room.workspace.manifest, home=home)
    with pytest.raises(SandboxError, match="turned off"):
        room.workspace.say(room.ana.id, opened["channel"]["id"], "Hello")
    with pytest.raises(SandboxError, match="turned off"):
        await room.workspace.command(room.ana.id, opened["channel"]["id"], "/incident")
    if home.has_messages_tab:
        await room.call("chat.postMessage", channel=room.ana.id, text="x")
    else:
        answer = await room.refused("chat.postMessage", channel=room.ana.id, text="x")
        assert answer["error"] == "messages_tab_disabled"


async def test_a_mention_in_a_thread_and_one_added_later_are_told_once_each(room: Room, bot: Bot) -> None:
    name = f"<@{room.workspace.bot_user_id}>"
    root = room.workspace.say(room.ana.id, room.ops.id, "Disk is full")
    reply = room.workspace.say(room.ana.id, room.ops.id, f"{name} pin this", thread_ts=root)
    room.workspace.edit(room.ana.id, room.ops.id, root, f"{name} Disk is full")
    room.workspace.edit(room.ana.id, room.ops.id, root, f"{name} Disk is full on db-2")
    await room.box.settled()

    first, second = bot.heard("app_mention")
    assert (first["ts"], first["thread_ts"]) == (reply, root)
    assert (second["ts"], second["text"]) == (root, f"{name} Disk is full")
    assert second["edited"]["user"] == room.ana.id


async def test_a_topic_is_said_in_the_channel(room: Room, bot: Bot) -> None:
    room.workspace.set_topic(room.ana.id, room.ops.id, "x" * 250)
    await room.box.settled()
    too_long = await room.refused("conversations.setTopic", channel=room.ops.id, topic="x" * 251)
    with pytest.raises(SandboxError, match="250"):
        room.workspace.set_topic(room.ana.id, room.ops.id, "x" * 251)

    (line,) = bot.heard("message", "channel_topic")
    assert (line["user"], line["topic"]) == (room.ana.id, "x" * 250)
    described = (await room.call("conversations.info", channel=room.ops.id))["channel"]["topic"]
    assert (described["value"], described["creator"]) == ("x" * 250, room.ana.id)
    assert too_long["error"] == "too_long"


async def test_a_guest_of_one_channel_sets_no_topic(room: Room) -> None:
    guest = room.workspace.add_person("gast", is_ultra_restricted=True)
    room.workspace.invite(guest.id, room.ops.id)
    with pytest.raises(SandboxError, match="guest"):
        room.workspace.set_topic(guest.id, room.ops.id, "Mine")
