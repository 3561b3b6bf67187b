"""conversations.*: channels as Slack lets an app make, enter and lead them."""

import pytest

from sandbox.errors import SandboxError
from tests.sandbox.conftest import Room


async def test_a_new_channel_has_the_bot_in_it(room: Room) -> None:
    answer = await room.call("conversations.create", name="inc-20230910-slow")

    channel = room.workspace.channel(answer["channel"]["id"])
    assert (channel.name, channel.creator) == ("inc-20230910-slow", room.workspace.bot_user_id)
    assert answer["channel"]["is_member"] is True
    assert answer["channel"]["created"] == 1694347200


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("With Space", "invalid_name_specials"),
        ("UPPER", "invalid_name_specials"),
        ("incidente-ñ", "invalid_name_specials"),
        ("ops", "name_taken"),
    ],
)
async def test_a_wrong_name_is_refused(room: Room, name: str, error: str) -> None:
    assert (await room.refused("conversations.create", name=name))["error"] == error


async def test_joining_twice_is_a_warning(room: Room) -> None:
    lobby = room.workspace.add_channel("lobby", members=[room.ana.id])

    first = await room.call("conversations.join", channel=lobby.id)
    second = await room.call("conversations.join", channel=lobby.id)

    assert "warning" not in first and first["channel"]["is_member"]
    assert second["warning"] == "already_in_channel"
    assert [m.subtype for m in room.workspace.messages(lobby.id)] == ["channel_join"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [("private", "channel_not_found"), ("archived", "is_archived"), ("direct", "method_not_supported")],
)
async def test_a_channel_that_cannot_be_joined(room: Room, kind: str, error: str) -> None:
    lobby = room.workspace.add_channel("lobby", members=[room.ana.id], is_private=kind == "private")
    if kind == "archived":
        room.workspace.archive(room.ana.id, lobby.id)
    target = lobby.id
    if kind == "direct":
        target = (await room.call("conversations.open", users=room.ana.id))["channel"]["id"]
    answer = await room.refused("conversations.join", channel=target)
    assert answer["error"].startswith(error)


async def test_people_are_invited(room: Room) -> None:
    cleo = room.workspace.add_person("cleo")
    await room.call("conversations.invite", channel=room.ops.id, users=cleo.id)
    members = await room.call("conversations.members", channel=room.ops.id)
    assert members["members"][-1] == cleo.id


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("BOT", "cant_invite_self"),
        ("ANA", "already_in_channel"),
        ("U00000000", "user_not_found"),
        ("", "no_user"),
        (",".join(f"U{number}" for number in range(101)), "too_many_users"),
    ],
)
async def test_a_wrong_invitation_is_refused(room: Room, users: str, error: str) -> None:
    ids = {"BOT": room.workspace.bot_user_id, "ANA": room.ana.id}
    answer = await room.refused("conversations.invite", channel=room.ops.id, users=ids.get(users, users))
    assert answer["error"] == error


async def test_an_invitation_lists_who_could_not_come(room: Room) -> None:
    cleo = room.workspace.add_person("cleo")
    users = f"{cleo.id},{room.ana.id}"

    refused = await room.refused("conversations.invite", channel=room.ops.id, users=users)
    forced = await room.call("conversations.invite", channel=room.ops.id, users=users, force=True)

    errors = [{"user": room.ana.id, "ok": False, "error": "already_in_channel"}]
    assert (refused["error"], refused["errors"]) == ("already_in_channel", errors)
    assert forced["errors"] == errors and cleo.id in room.ops.members


@pytest.mark.parametrize("method", ["invite", "rename", "setTopic", "setPurpose", "archive"])
async def test_what_only_members_may_do(room: Room, method: str) -> None:
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    args = {"users": room.ben.id, "name": "x", "topic": "x", "purpose": "x"}
    answer = await room.refused(f"conversations.{method}", channel=elsewhere.id, **args)
    assert answer["error"] == "not_in_channel"


async def test_topic_and_purpose(room: Room) -> None:
    await room.call("conversations.setTopic", channel=room.ops.id, topic="SEV1")
    await room.call("conversations.setPurpose", channel=room.ops.id, purpose="Fires")
    info = await room.call("conversations.info", channel=room.ops.id, include_num_members=True)

    assert info["channel"]["topic"]["value"] == "SEV1"
    assert info["channel"]["purpose"]["value"] == "Fires"
    assert info["channel"]["num_members"] == 3
    long = await room.refused("conversations.setTopic", channel=room.ops.id, topic="x" * 251)
    assert long["error"] == "too_long"


async def test_the_bot_renames_only_what_it_made(room: Room) -> None:
    made = await room.call("conversations.create", name="before")
    renamed = await room.call("conversations.rename", channel=made["channel"]["id"], name="after")

    assert renamed["channel"]["name"] == "after"
    assert renamed["channel"]["previous_names"] == ["before"]
    refused = await room.refused("conversations.rename", channel=room.ops.id, name="mine")
    assert refused["error"] == "not_authorized"


async def test_an_archived_channel_takes_nothing_more(room: Room) -> None:
    await room.call("conversations.archive", channel=room.ops.id)

    again = await room.refused("conversations.archive", channel=room.ops.id)
    topic = await room.refused("conversations.setTopic", channel=room.ops.id, topic="x")
    with pytest.raises(SandboxError, match="#ops is archived"):
        room.workspace.say(room.ana.id, room.ops.id, "Too late")

    assert (again["error"], topic["error"]) == ("already_archived", "is_archived")
    assert (await room.call("conversations.history", channel=room.ops.id))["messages"]


async def test_leaving(room: Room) -> None:
    await room.call("conversations.leave", channel=room.ops.id)
    again = await room.call("conversations.leave", channel=room.ops.id)
    assert again["not_in_channel"] is True
    assert room.workspace.bot_user_id not in room.ops.members


async def test_lists_come_in_pages(room: Room) -> None:
    for number in range(4):
        room.workspace.add_channel(f"room-{number}", members=[room.ana.id])
    room.workspace.add_channel("hidden", is_private=True, members=[room.ana.id])
    names: list[str] = []
    cursor = ""
    while True:
        page = await room.call("conversations.list", limit=2, cursor=cursor)
        names += [channel["name"] for channel in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert names == ["ops", "room-0", "room-1", "room-2", "room-3"]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("conversations.list", {"limit": 1001}, "invalid_limit"),
        ("conversations.list", {"limit": -1}, "invalid_limit"),
        ("conversations.list", {"cursor": "nonsense"}, "invalid_cursor"),
        ("conversations.list", {"types": "public"}, "invalid_types"),
        ("conversations.members", {"channel": "OPS", "limit": 1001}, "invalid_limit"),
        ("users.list", {"limit": "many"}, "invalid_limit"),
        ("users.list", {"cursor": "bmV4dDpVMDA="}, "invalid_cursor"),
        ("users.info", {"user": "U00000000"}, "user_not_found"),
        ("bots.info", {"bot": "B00000000"}, "bot_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U00000000"}, "user_not_found"),
        ("conversations.info", {"channel": "C00000000"}, "channel_not_found"),
    ],
)
async def test_a_wrong_question_is_refused(
    room: Room, method: str, args: dict[str, object], error: str
) -> None:
    args = {key: room.ops.id if value == "OPS" else value for key, value in args.items()}
    assert (await room.refused(method, **args))["error"] == error


async def test_people_carry_their_zone(room: Room) -> None:
    answer = await room.call("users.info", user=room.ana.id)
    assert (answer["user"]["tz"], answer["user"]["tz_offset"]) == ("Europe/Madrid", 7200)
    listed = await room.call("users.list")
    assert {m["name"] for m in listed["members"]} == {"scribe", "ana", "ben"}
