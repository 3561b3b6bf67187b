"""reactions.*: the emoji an app may hang on a message."""

import pytest

from tests.sandbox.conftest import Room


async def test_a_reaction_is_added_and_taken_back(room: Room) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    await room.call("reactions.add", channel=room.ops.id, timestamp=ts, name="white_check_mark")
    assert room.workspace.message(room.ops.id, ts).reactions == {
        "white_check_mark": [room.workspace.bot_user_id]
    }
    await room.call("reactions.remove", channel=room.ops.id, timestamp=ts, name="white_check_mark")
    assert room.workspace.message(room.ops.id, ts).reactions == {}


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("reactions.add", {"name": "no_such_emoji"}, "invalid_name"),
        ("reactions.add", {"name": "eyes::skin-tone-9"}, "invalid_name"),
        ("reactions.add", {"name": "eyes", "timestamp": "1.000000"}, "message_not_found"),
        ("reactions.add", {"name": "eyes", "timestamp": None}, "no_item_specified"),
        ("reactions.add", {"name": "eyes", "channel": "C00000000"}, "channel_not_found"),
        ("reactions.add", {"name": "tada"}, "already_reacted"),
        ("reactions.add", {}, "invalid_arguments"),
        ("reactions.remove", {"name": "eyes"}, "no_reaction"),
        ("reactions.get", {"timestamp": "1.000000"}, "message_not_found"),
    ],
)
async def test_what_cannot_be_done_to_a_message(
    room: Room, method: str, args: dict[str, object], error: str
) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    await room.call("reactions.add", channel=room.ops.id, timestamp=ts, name="tada")
    given = {"channel": room.ops.id, "timestamp": ts, **args}

    answer = await room.refused(method, **{key: value for key, value in given.items() if value is not None})

    assert answer["error"] == error


async def test_only_members_react_and_only_while_the_channel_lives(room: Room) -> None:
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    ts = room.workspace.say(room.ana.id, elsewhere.id, "x")
    here = room.workspace.say(room.ana.id, room.ops.id, "x")
    outside = await room.refused("reactions.add", channel=elsewhere.id, timestamp=ts, name="eyes")
    room.workspace.archive(room.ana.id, room.ops.id)
    archived = await room.refused("reactions.add", channel=room.ops.id, timestamp=here, name="eyes")
    assert (outside["error"], archived["error"]) == ("not_in_channel", "is_archived")


async def test_skin_tones_and_custom_emoji_are_emoji(room: Room) -> None:
    room.workspace.add_emoji("shipit")
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    for name in ("+1::skin-tone-3", "shipit"):
        await room.call("reactions.add", channel=room.ops.id, timestamp=ts, name=name)
    assert list(room.workspace.message(room.ops.id, ts).reactions) == ["+1::skin-tone-3", "shipit"]
