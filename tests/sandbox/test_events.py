"""Events: which the app hears, and how they look."""

from collections.abc import AsyncIterator, Mapping

import pytest

from sandbox.server import Sandbox
from tests.sandbox.conftest import Bot, Room, connected_bot, furnish, open_room


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    """Nothing comes again here, however busy the machine is."""
    async with open_room(retry_delays=(30.0,)) as room:
        yield room


async def test_a_message_and_its_envelope(room: Room, bot: Bot) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "Hello")
    await room.box.settled()

    (body,) = bot.bodies
    assert {"token", "team_id", "api_app_id", "event_id", "event_context"} <= body.keys()
    assert (body["type"], body["event_time"]) == ("event_callback", 1694347200)
    assert body["authorizations"][0]["user_id"] == room.workspace.bot_user_id
    event = body["event"]
    assert (event["user"], event["text"], event["ts"], event["event_ts"]) == (room.ana.id, "Hello", ts, ts)
    assert (event["channel"], event["channel_type"]) == (room.ops.id, "channel")


async def test_only_where_the_bot_is_a_member(room: Room, bot: Bot) -> None:
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    ts = room.workspace.say(room.ana.id, elsewhere.id, "Unheard")
    room.workspace.react(room.ana.id, elsewhere.id, ts, "eyes")
    await room.box.settled()
    assert bot.events == []


async def test_new_public_channels_are_told_of_everywhere(room: Room, bot: Bot) -> None:
    await room.call("conversations.create", name="new")
    await room.call("conversations.create", name="hidden", is_private=True)
    await room.box.settled()
    assert [event["channel"]["name"] for event in bot.heard("channel_created")] == ["new"]


async def test_only_what_the_manifest_subscribes_to_and_the_scopes_allow() -> None:
    async with Sandbox(events={"message.channels", "reaction_added"}, scopes={"channels:history"}) as box:
        room = furnish(box)
        secret = room.workspace.add_channel(
            "secret", is_private=True, members=[room.ana.id, room.workspace.bot_user_id]
        )
        async with connected_bot(room) as bot:
            ts = room.workspace.say(room.ana.id, room.ops.id, "Heard")
            room.workspace.react(room.ana.id, room.ops.id, ts, "eyes")
            room.workspace.say(room.ana.id, secret.id, "Private")
            await box.settled()
        assert [event.get("text") for event in bot.events] == ["Heard"]


async def test_private_channels_are_groups() -> None:
    async with open_room() as room:
        secret = room.workspace.add_channel(
            "secret", is_private=True, members=[room.ana.id, room.workspace.bot_user_id]
        )
        async with connected_bot(room) as bot:
            room.workspace.say(room.ana.id, secret.id, "Private")
            room.workspace.rename(room.ana.id, secret.id, "hidden")
            room.workspace.archive(room.ana.id, secret.id)
            await room.box.settled()
        assert bot.heard("message")[0]["channel_type"] == "group"
        kinds = [event["type"] for event in bot.events if event["type"] != "message"]
        assert kinds == ["group_rename", "group_archive"]


async def test_the_bots_own_messages_and_reactions_come_back(room: Room, bot: Bot) -> None:
    posted = await room.call("chat.postMessage", channel=room.ops.id, text="Mine")
    await room.call("reactions.add", channel=room.ops.id, timestamp=posted["ts"], name="eyes")
    await room.box.settled()

    message, reaction = bot.events
    assert (message["bot_id"], message["user"]) == (room.workspace.bot_id, room.workspace.bot_user_id)
    assert message["app_id"] == room.workspace.app_id and "subtype" not in message
    assert (reaction["user"], reaction["item_user"]) == (room.workspace.bot_user_id,) * 2


async def test_an_alert_has_no_author(room: Room, bot: Bot) -> None:
    ts = room.workspace.say_as_bot("Monitor", room.ops.id, attachments=[{"fallback": "500s", "text": "500s"}])
    room.workspace.react(room.ana.id, room.ops.id, ts, "pushpin")
    await room.box.settled()

    (alert,) = bot.heard("message", "bot_message")
    assert "user" not in alert and alert["text"] == "" and alert["username"] == "Monitor"
    assert alert["attachments"] == [{"id": 1, "fallback": "500s", "text": "500s"}]
    assert alert["bot_id"] != room.workspace.bot_id
    assert "item_user" not in bot.heard("reaction_added")[0]


async def test_an_edit_tells_both_versions(room: Room, bot: Bot) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "Tyop")
    room.workspace.edit(room.ana.id, room.ops.id, ts, "Typo")
    await room.box.settled()

    (change,) = bot.heard("message", "message_changed")
    assert (change["previous_message"]["text"], change["message"]["text"]) == ("Tyop", "Typo")
    assert change["message"]["ts"] == ts != change["ts"] == change["event_ts"]
    assert change["message"]["edited"]["user"] == room.ana.id
    assert "edited" not in change["previous_message"] and change["hidden"] is True


async def test_edits_can_be_stamped_to_the_second_as_live_ones_are(room: Room, bot: Bot) -> None:
    room.workspace.edits_in_seconds = True
    room.workspace.say(room.ana.id, room.ops.id, "First")
    ts = room.workspace.say(room.ana.id, room.ops.id, "Tyop")
    room.workspace.edit(room.ana.id, room.ops.id, ts, "Typo")
    await room.box.settled()

    (change,) = bot.heard("message", "message_changed")
    assert change["message"]["edited"]["ts"] == "1694347200.000000" < ts


async def test_a_deletion_tells_what_is_gone(room: Room, bot: Bot) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "Oops")
    room.workspace.delete(room.ana.id, room.ops.id, ts)
    await room.box.settled()

    (gone,) = bot.heard("message", "message_deleted")
    assert (gone["deleted_ts"], gone["previous_message"]["text"]) == (ts, "Oops")
    assert room.workspace.messages(room.ops.id) == []


async def test_a_deleted_root_becomes_a_tombstone(room: Room, bot: Bot) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Root")
    room.workspace.say(room.ben.id, room.ops.id, "Reply", thread_ts=root)
    room.workspace.delete(room.ana.id, room.ops.id, root)
    await room.box.settled()

    assert bot.heard("message", "message_deleted") == []
    change = bot.heard("message", "message_changed")[-1]
    assert (change["message"]["subtype"], change["previous_message"]["text"]) == ("tombstone", "Root")


async def test_a_reply_names_its_root_and_changes_the_roots_count(room: Room, bot: Bot) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Root")
    room.workspace.say(room.ben.id, room.ops.id, "Reply", thread_ts=root)
    room.workspace.say(room.ben.id, room.ops.id, "Loud", thread_ts=root, broadcast=True)
    await room.box.settled()

    reply = bot.heard("message")[1]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (root, room.ana.id)
    (loud,) = bot.heard("message", "thread_broadcast")
    assert loud["root"]["text"] == "Root"
    counted = bot.heard("message", "message_changed")
    assert [c["message"].get("reply_count") for c in counted] == [1, 2]
    assert {c["message"]["text"] for c in counted} == {"Root"}, "the same text: no edit"


async def test_files_and_me_messages(room: Room, bot: Bot) -> None:
    files: list[str | Mapping[str, object]] = ["graph.png", {"name": "a.txt", "content": "x"}]
    room.workspace.say(room.ana.id, room.ops.id, "See", files=files)
    room.workspace.say(room.ana.id, room.ops.id, "shrugs", subtype="me_message")
    await room.box.settled()

    (shared,) = bot.heard("message", "file_share")
    assert [(f["name"], f["mimetype"], f["size"]) for f in shared["files"]] == [
        ("graph.png", "image/png", 0),
        ("a.txt", "text/plain", 1),
    ]
    assert bot.heard("message", "me_message")[0]["text"] == "shrugs"


async def test_reactions_on_and_off(room: Room, bot: Bot) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    room.workspace.react(room.ben.id, room.ops.id, ts, "pushpin")
    room.workspace.unreact(room.ben.id, room.ops.id, ts, "pushpin")
    await room.box.settled()
    on, off = bot.events[1:]
    assert (on["type"], off["type"]) == ("reaction_added", "reaction_removed")
    for event in (on, off):
        assert (event["user"], event["item_user"], event["reaction"]) == (room.ben.id, room.ana.id, "pushpin")
        assert event["item"] == {"type": "message", "channel": room.ops.id, "ts": ts}


async def test_the_life_of_a_channel(room: Room, bot: Bot) -> None:
    cleo = room.workspace.add_person("cleo", is_new=True)
    room.workspace.change_person(cleo.id, tz="Asia/Tokyo")
    room.workspace.invite(cleo.id, room.ops.id, by=room.ana.id)
    room.workspace.rename(room.ana.id, room.ops.id, "operations")
    room.workspace.leave(cleo.id, room.ops.id)
    room.workspace.archive(room.ana.id, room.ops.id)
    await room.box.settled()

    assert [event.get("subtype", event["type"]) for event in bot.events] == [
        "team_join",
        "user_change",
        "channel_join",
        "member_joined_channel",
        "channel_name",
        "channel_rename",
        "channel_leave",
        "member_left_channel",
        "channel_archive",
        "channel_archive",
    ]
    assert bot.heard("member_joined_channel")[0]["inviter"] == room.ana.id
    assert bot.heard("channel_rename")[0]["channel"]["name"] == "operations"


async def test_the_bot_hears_that_it_was_invited(room: Room, bot: Bot) -> None:
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    room.workspace.invite(room.workspace.bot_user_id, elsewhere.id, by=room.ana.id)
    await room.box.settled()
    assert bot.heard("member_joined_channel")[0]["user"] == room.workspace.bot_user_id


async def test_a_mention_is_an_event_of_its_own(room: Room, bot: Bot) -> None:
    room.workspace.say(room.ana.id, room.ops.id, f"<@{room.workspace.bot_user_id}> help")
    await room.box.settled()
    assert [event["type"] for event in bot.events] == ["message", "app_mention"]


async def test_pins(room: Room, bot: Bot) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    await room.call("pins.add", channel=room.ops.id, timestamp=ts)
    await room.box.settled()
    (pinned,) = bot.heard("pin_added")
    assert (pinned["channel_id"], pinned["item"]["message"]["ts"]) == (room.ops.id, ts)


async def test_many_messages_arrive_in_order() -> None:
    async with open_room(retry_delays=(30.0,)) as room, connected_bot(room) as bot:
        for number in range(300):
            room.workspace.say(room.ana.id, room.ops.id, str(number))
        await room.box.settled()
        assert [event["text"] for event in bot.events] == [str(number) for number in range(300)]


async def test_a_channel_hosted_by_another_company_names_it_outside_and_us_inside(
    room: Room, bot: Bot
) -> None:
    workspace = room.workspace
    workspace.share_channel(room.ops.id, "T0HOST", is_hosted_there=True)
    carla = workspace.add_person("carla", team_id="T0HOST")
    workspace.invite(carla.id, room.ops.id)

    workspace.say(carla.id, room.ops.id, "Hello")
    await room.box.settled()

    body = bot.bodies[-1]
    assert (body["team_id"], body["context_team_id"]) == ("T0HOST", workspace.team_id)
    assert [one["team_id"] for one in body["authorizations"]] == [workspace.team_id]
    assert body["is_ext_shared_channel"] is True
    assert (body["event"]["team"], body["event"]["user_team"]) == ("T0HOST", "T0HOST")
    described = (await room.call("conversations.info", channel=room.ops.id))["channel"]
    assert (described["is_ext_shared"], described["conversation_host_id"]) == (True, "T0HOST")
    user = (await room.call("users.info", user=carla.id))["user"]
    assert (user["team_id"], user["is_stranger"]) == ("T0HOST", False)
