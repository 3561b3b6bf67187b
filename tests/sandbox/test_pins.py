"""pins.*: what is pinned to a channel, by the app and by people."""

import pytest

from sandbox.errors import SandboxError
from tests.sandbox.conftest import Bot, Room


async def test_a_message_is_pinned_once(room: Room) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    await room.call("pins.add", channel=room.ops.id, timestamp=ts)
    again = await room.refused("pins.add", channel=room.ops.id, timestamp=ts)
    listed = await room.call("pins.list", channel=room.ops.id)
    await room.call("pins.remove", channel=room.ops.id, timestamp=ts)

    assert again["error"] == "already_pinned"
    assert [item["message"]["ts"] for item in listed["items"]] == [ts]
    assert (await room.call("pins.list", channel=room.ops.id))["items"] == []


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("pins.add", {"timestamp": "1.000000"}, "message_not_found"),
        ("pins.add", {"timestamp": None}, "no_item_specified"),
        ("pins.add", {"channel": "C00000000"}, "channel_not_found"),
        ("pins.remove", {}, "no_pin"),
    ],
)
async def test_what_cannot_be_pinned(room: Room, method: str, args: dict[str, object], error: str) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    given = {"channel": room.ops.id, "timestamp": ts, **args}
    answer = await room.refused(method, **{key: value for key, value in given.items() if value is not None})
    assert answer["error"] == error


async def test_lines_about_who_joined_are_not_pinned_nor_anything_in_an_archive(room: Room) -> None:
    cleo = room.workspace.add_person("cleo")
    room.workspace.invite(cleo.id, room.ops.id, by=room.ana.id)
    (joined,) = room.workspace.messages(room.ops.id)
    line = await room.refused("pins.add", channel=room.ops.id, timestamp=joined.ts)
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    room.workspace.archive(room.ana.id, room.ops.id)
    archived = await room.refused("pins.add", channel=room.ops.id, timestamp=ts)
    assert (line["error"], archived["error"]) == ("not_pinnable", "permission_denied")


async def test_people_pin_too(room: Room, bot: Bot) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    room.workspace.pin(room.ben.id, room.ops.id, ts)
    with pytest.raises(SandboxError, match="already_pinned"):
        room.workspace.pin(room.ana.id, room.ops.id, ts)
    room.workspace.unpin(room.ana.id, room.ops.id, ts)
    await room.box.settled()

    (added,), (removed,) = bot.heard("pin_added"), bot.heard("pin_removed")
    assert (added["user"], added["item_user"], added["pin_count"]) == (room.ben.id, room.ana.id, 1)
    assert (removed["user"], removed["has_pins"]) == (room.ana.id, False)
