"""Files: sent in three steps, shared or private, fetched with the token, shown to people."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox.json_types import JsonObject
from tests.sandbox.conftest import Room

PNG = b"\x89PNG\r\n\x1a\n and so on"


async def begun(room: Room, length: int = len(PNG), **more: object) -> JsonObject:
    """Step one."""
    given = {"filename": "timeline.png", "length": length, **more}
    return await room.call("files.getUploadURLExternal", **given)


async def sent(room: Room, content: bytes = PNG, **more: object) -> str:
    """Steps one and two."""
    place = await begun(room, length=len(content), **more)
    async with aiohttp.ClientSession() as http, http.post(place["upload_url"], data=content) as answer:
        assert answer.status == 200
    return str(place["file_id"])


async def fetched(address: str, token: str | None = None) -> tuple[int, str, bytes]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(address) as answer:
        return answer.status, answer.headers.get("content-disposition", ""), await answer.read()


async def info(room: Room, file_id: str) -> JsonObject:
    return dict((await room.call("files.info", file=file_id))["file"])


async def test_a_picture_keeps_its_alternative_text_and_title(room: Room) -> None:
    file_id = await sent(room, alt_txt="Detected at 14:15.")
    await room.call("files.completeUploadExternal", files=[{"id": file_id, "title": "Timeline"}])

    found = await info(room, file_id)

    assert (found["alt_txt"], found["title"], found["mimetype"]) == (
        "Detected at 14:15.",
        "Timeline",
        "image/png",
    )


async def test_without_a_channel_a_file_is_private(room: Room) -> None:
    file_id = await sent(room)
    await room.call("files.completeUploadExternal", files=[{"id": file_id}])

    found = await info(room, file_id)

    assert (found["is_public"], found["shares"], found["channels"]) == (False, {}, [])
    assert room.workspace.messages(room.ops.id) == []


async def test_where_a_file_is_shared_is_told_afterwards(room: Room) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Resolved")
    file_id = await sent(room)

    answer = await room.call(
        "files.completeUploadExternal", files=[{"id": file_id}], channel_id=room.ops.id, thread_ts=root
    )
    found = await info(room, file_id)

    (at_once,) = answer["files"]
    assert (at_once["shares"], at_once["channels"], at_once["mimetype"]) == ({}, [], "")
    ((share,),) = found["shares"]["public"].values()
    assert share["thread_ts"] == root
    assert (found["is_public"], found["channels"], found["groups"]) == (True, [room.ops.id], [])


async def test_completing_twice_shares_twice(room: Room) -> None:
    file_id = await sent(room)
    for _ in range(2):
        await room.call("files.completeUploadExternal", files=[{"id": file_id}], channel_id=room.ops.id)

    assert len(room.workspace.messages(room.ops.id)) == 2


@pytest.mark.parametrize("content", [PNG[:-1], PNG + b"x"], ids=["fewer", "more"])
async def test_as_many_bytes_must_come_as_were_announced(room: Room, content: bytes) -> None:
    place = await begun(room)
    async with aiohttp.ClientSession() as http, http.post(place["upload_url"], data=content) as answer:
        assert answer.status == 400

    refusal = await room.refused("files.completeUploadExternal", files=[{"id": place["file_id"]}])
    assert refusal["error"] == "file_not_found"


async def test_a_file_whose_upload_is_not_completed_is_unknown(room: Room) -> None:
    file_id = await sent(room)

    assert (await room.refused("files.info", file=file_id))["error"] == "file_not_found"
    assert (await fetched(f"{room.box.url}files/{file_id}/timeline.png"))[0] == 404


async def test_an_upload_s_address_is_closed_once_it_is_completed(room: Room) -> None:
    file_id = await sent(room)
    await room.call("files.completeUploadExternal", files=[{"id": file_id}])

    address = f"{room.box.url}upload/{file_id}"
    async with aiohttp.ClientSession() as http, http.post(address, data=PNG) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"filename": " "}, "invalid_arguments"),
        ({"alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ],
)
async def test_a_wrong_beginning_is_refused(room: Room, args: dict[str, object], error: str) -> None:
    refusal = await room.refused("files.getUploadURLExternal", **{"filename": "x", "length": 1, **args})

    assert refusal["error"] == error


async def test_a_share_that_is_refused_shares_nothing(room: Room) -> None:
    file_id = await sent(room)
    foreign = room.workspace.add_channel("foreign", members=[room.ana.id])
    complete = {"files": [{"id": file_id}]}

    for args, error in [
        ({"channel_id": foreign.id}, "not_in_channel"),
        ({"channel_id": "C00000000"}, "channel_not_found"),
        ({"channel_id": room.ops.id, "thread_ts": "1.000001"}, "thread_not_found"),
    ]:
        assert (await room.refused("files.completeUploadExternal", **complete, **args))["error"] == error

    assert (await room.refused("files.info", file=file_id))["error"] == "file_not_found"
    assert room.workspace.files[file_id].shares == []


async def test_the_private_address_wants_the_token(room: Room) -> None:
    file_id = await sent(room)
    await room.call("files.completeUploadExternal", files=[{"id": file_id}])
    address = (await info(room, file_id))["url_private"]

    assert await fetched(address, room.box.bot_token) == (200, "attachment", PNG)
    for token in (None, room.box.app_token):
        status, _, body = await fetched(address, token)
        assert (status, b"Sign in" in body) == (200, True)


async def test_people_see_pictures_and_download_the_rest(room: Room) -> None:
    shown: dict[str, str] = {}
    for name in ("timeline.png", "draft.md", "drawing.svg"):
        file_id = await sent(room, filename=name)
        await room.call("files.completeUploadExternal", files=[{"id": file_id}])
        status, shown[name], _ = await fetched((await info(room, file_id))["permalink"])
        assert status == 200

    assert shown == {"timeline.png": "inline", "draft.md": "attachment", "drawing.svg": "attachment"}


async def test_the_page_learns_what_it_needs_to_show_a_picture(room: Room) -> None:
    file_id = await sent(room, alt_txt="Detected at 14:15.")
    await room.call(
        "files.completeUploadExternal", files=[{"id": file_id, "title": "Timeline"}], channel_id=room.ops.id
    )

    address = f"{room.box.url}sandbox/channels/{room.ops.id}/messages"
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        (message,) = (await answer.json())["messages"]

    (file,) = message["files"]
    assert (file["alt"], file["title"], file["mimetype"]) == ("Detected at 14:15.", "Timeline", "image/png")


async def test_somebody_else_s_file_in_a_private_channel_is_not_the_bot_s_to_see(room: Room) -> None:
    secret = room.workspace.add_channel("secret", members=[room.ana.id], is_private=True)
    room.workspace.say(room.ana.id, secret.id, "Look", files=["graph.png"])
    (file_id,) = room.workspace.files

    assert (await room.refused("files.info", file=file_id))["error"] == "file_not_found"
