"""Reading back: history without replies, threads, exact bounds and pages."""

import pytest

from tests.sandbox.conftest import Room


def texts(answer: dict[str, object]) -> list[str]:
    messages = answer["messages"]
    assert isinstance(messages, list)
    return [message["text"] for message in messages]


async def test_history_is_newest_first_and_without_replies(room: Room) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Root")
    room.workspace.say(room.ben.id, room.ops.id, "Reply", thread_ts=root)
    room.workspace.say(room.ben.id, room.ops.id, "Loud reply", thread_ts=root, broadcast=True)
    room.workspace.say(room.ana.id, room.ops.id, "Next")

    answer = await room.call("conversations.history", channel=room.ops.id)

    assert texts(answer) == ["Next", "Loud reply", "Root"]
    assert answer["messages"][2]["reply_count"] == 2
    assert answer["messages"][2]["reply_users"] == [room.ben.id]
    assert answer["has_more"] is False


async def test_a_thread_comes_with_its_root_and_a_reply_comes_alone(room: Room) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Root")
    one = room.workspace.say(room.ben.id, room.ops.id, "One", thread_ts=root)
    room.workspace.say(room.ana.id, room.ops.id, "Two", thread_ts=root)

    thread = await room.call("conversations.replies", channel=room.ops.id, ts=root)
    alone = await room.call("conversations.replies", channel=room.ops.id, ts=one)

    assert texts(thread) == ["Root", "One", "Two"]
    assert texts(alone) == ["One"]
    assert alone["messages"][0]["thread_ts"] == root
    assert alone["messages"][0]["parent_user_id"] == room.ana.id
    unknown = await room.refused("conversations.replies", channel=room.ops.id, ts="1.000000")
    assert unknown["error"] == "thread_not_found"


async def test_bounds_are_exact_and_exclusive_unless_asked(room: Room) -> None:
    # A float could not tell these apart from their neighbours.
    stamps = [room.workspace.say(room.ana.id, room.ops.id, str(number)) for number in range(3)]
    assert stamps == ["1694347200.000000", "1694347200.000001", "1694347200.000002"]
    bounds = {"channel": room.ops.id, "oldest": stamps[0], "latest": stamps[2]}

    outside = await room.call("conversations.history", **bounds)
    inside = await room.call("conversations.history", **bounds, inclusive=True)

    assert texts(outside) == ["1"]
    assert texts(inside) == ["2", "1", "0"]


async def test_history_comes_in_pages(room: Room) -> None:
    for number in range(5):
        room.workspace.say(room.ana.id, room.ops.id, str(number))
    first = await room.call("conversations.history", channel=room.ops.id, limit=2)
    room.workspace.say(room.ana.id, room.ops.id, "said meanwhile")
    cursor = first["response_metadata"]["next_cursor"]
    second = await room.call("conversations.history", channel=room.ops.id, limit=2, cursor=cursor)
    cursor = second["response_metadata"]["next_cursor"]
    third = await room.call("conversations.history", channel=room.ops.id, limit=2, cursor=cursor)

    assert texts(first) + texts(second) + texts(third) == ["4", "3", "2", "1", "0"]
    assert [first["has_more"], second["has_more"], third["has_more"]] == [True, True, False]
    assert "response_metadata" not in third


async def test_threads_come_in_pages(room: Room) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "root")
    for number in range(3):
        room.workspace.say(room.ana.id, room.ops.id, str(number), thread_ts=root)
    first = await room.call("conversations.replies", channel=room.ops.id, ts=root, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await room.call("conversations.replies", channel=room.ops.id, ts=root, limit=2, cursor=cursor)
    assert texts(first) + texts(second) == ["root", "0", "1", "2"]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"limit": 1000}, "invalid_limit"),
        ({"limit": "x"}, "invalid_limit"),
        ({"cursor": "x"}, "invalid_cursor"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "NaN"}, "invalid_ts_latest"),
    ],
)
async def test_a_wrong_page_is_refused(room: Room, args: dict[str, object], error: str) -> None:
    answer = await room.refused("conversations.history", channel=room.ops.id, **args)
    assert answer["error"] == error


@pytest.mark.parametrize("method", ["conversations.history", "conversations.replies"])
async def test_only_members_read(room: Room, method: str) -> None:
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    secret = room.workspace.add_channel("secret", members=[room.ana.id], is_private=True)
    ts = room.workspace.say(room.ana.id, elsewhere.id, "x")
    open_to_all = await room.refused(method, channel=elsewhere.id, ts=ts)
    hidden = await room.refused(method, channel=secret.id, ts=ts)
    assert (open_to_all["error"], hidden["error"]) == ("not_in_channel", "channel_not_found")


async def test_a_deleted_root_leaves_a_tombstone_for_its_thread(room: Room) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Root")
    room.workspace.say(room.ben.id, room.ops.id, "Reply", thread_ts=root)
    room.workspace.delete(room.ana.id, room.ops.id, root)

    answer = await room.call("conversations.replies", channel=room.ops.id, ts=root)

    assert texts(answer) == ["This message was deleted.", "Reply"]
    assert answer["messages"][0]["subtype"] == "tombstone"


async def test_reactions_come_with_history_but_not_every_user(room: Room) -> None:
    room.workspace.reaction_users_shown = 1
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    room.workspace.react(room.ana.id, room.ops.id, ts, "eyes")
    room.workspace.react(room.ben.id, room.ops.id, ts, "eyes")

    shown = await room.call("conversations.history", channel=room.ops.id)
    full = await room.client.reactions_get(channel=room.ops.id, timestamp=ts, full=True)

    assert shown["messages"][0]["reactions"] == [{"name": "eyes", "users": [room.ana.id], "count": 2}]
    assert full["message"]["reactions"][0]["users"] == [room.ana.id, room.ben.id]
