"""bookmarks.*: the links in a channel's header."""

import pytest

from sandbox.errors import SandboxError
from tests.sandbox.conftest import Room

LINK = {"type": "link", "title": "Canvas", "link": "https://acme.slack.com/docs/T1/F1"}


async def test_a_link_is_added_changed_and_taken_away(room: Room) -> None:
    place = {"channel_id": room.ops.id}
    added = (await room.call("bookmarks.add", **place, **LINK, emoji=":memo:"))["bookmark"]
    changed = (await room.call("bookmarks.edit", **place, bookmark_id=added["id"], title="Record"))[
        "bookmark"
    ]
    listed = (await room.call("bookmarks.list", **place))["bookmarks"]
    await room.call("bookmarks.remove", **place, bookmark_id=added["id"])
    gone = await room.refused("bookmarks.edit", **place, bookmark_id=added["id"], title="x")

    assert (added["title"], added["link"], added["emoji"]) == ("Canvas", LINK["link"], ":memo:")
    assert (changed["title"], changed["link"]) == ("Record", LINK["link"])
    assert listed == [changed]
    assert (await room.call("bookmarks.list", **place))["bookmarks"] == []
    assert gone["error"] == "not_found"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"title": None}, "invalid_arguments"),
        ({"title": ""}, "invalid_arguments"),
        ({"type": None}, "invalid_arguments"),
        ({"type": "message"}, "invalid_bookmark_type"),
        ({"link": None}, "invalid_link"),
        ({"link": "ftp://x"}, "invalid_link"),
        ({"emoji": ":no_such_emoji:"}, "invalid_emoji"),
        ({"channel_id": "C00000000"}, "channel_not_found"),
    ],
)
async def test_what_is_no_bookmark(room: Room, args: dict[str, str | None], error: str) -> None:
    given = {"channel_id": room.ops.id, **LINK, **args}
    answer = await room.refused(
        "bookmarks.add", **{key: value for key, value in given.items() if value is not None}
    )
    assert answer["error"] == error


async def test_a_channel_holds_a_hundred(room: Room) -> None:
    for _ in range(100):
        room.workspace.bookmark(room.ana.id, room.ops.id, "x", "https://example.com")
    full = await room.refused("bookmarks.add", channel_id=room.ops.id, **LINK)
    with pytest.raises(SandboxError, match="too_many_bookmarks"):
        room.workspace.bookmark(room.ana.id, room.ops.id, "x", "https://example.com")
    assert full["error"] == "too_many_bookmarks"


async def test_only_members_and_only_while_the_channel_lives(room: Room) -> None:
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    secret = room.workspace.add_channel("secret", members=[room.ana.id], is_private=True)
    outside = await room.refused("bookmarks.add", channel_id=elsewhere.id, **LINK)
    hidden = await room.refused("bookmarks.list", channel_id=secret.id)
    room.workspace.archive(room.ana.id, room.ops.id)
    archived = await room.refused("bookmarks.add", channel_id=room.ops.id, **LINK)
    assert (outside["error"], archived["error"]) == ("permission_denied", "permission_denied")
    assert hidden["error"] == "channel_not_found"


async def test_a_link_that_people_removed_is_not_found(room: Room) -> None:
    added = (await room.call("bookmarks.add", channel_id=room.ops.id, **LINK))["bookmark"]
    room.workspace.remove_bookmark(room.ben.id, room.ops.id, added["id"])
    gone = await room.refused("bookmarks.remove", channel_id=room.ops.id, bookmark_id=added["id"])
    assert gone["error"] == "not_found"
