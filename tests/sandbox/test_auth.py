"""Who may call what: tokens, scopes, methods, arguments."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.conftest import SCOPES, Room, open_room


async def post(room: Room, method: str, **headers: str) -> dict[str, object]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{room.box.api_url}{method}", headers=headers) as response,
    ):
        assert response.status == 200
        answer: dict[str, object] = await response.json()
        return answer


async def test_a_token_may_come_in_the_header_or_as_an_argument(room: Room) -> None:
    in_header = await post(room, "auth.test", Authorization=f"Bearer {room.box.bot_token}")
    in_query = await post(room, f"auth.test?token={room.box.bot_token}")

    assert in_header["user_id"] == in_query["user_id"] == room.workspace.bot_user_id
    assert in_header["url"] == room.box.url


async def test_no_token_is_not_authed(room: Room) -> None:
    assert await post(room, "auth.test") == {"ok": False, "error": "not_authed"}


async def test_a_foreign_token_is_invalid(room: Room) -> None:
    answer = await post(room, "auth.test", Authorization="Bearer xoxb-of-somebody-else")
    assert answer == {"ok": False, "error": "invalid_auth"}


@pytest.mark.parametrize(
    ("method", "token"), [("auth.test", "app_token"), ("apps.connections.open", "bot_token")]
)
async def test_the_other_kind_of_token_is_refused(room: Room, method: str, token: str) -> None:
    client = AsyncWebClient(token=getattr(room.box, token), base_url=room.box.api_url)
    room.client.token = client.token
    assert (await room.refused(method))["error"] == "not_allowed_token_type"


async def test_a_method_slack_does_not_have_is_unknown(room: Room) -> None:
    answer = await room.refused("incidents.declare")
    assert answer == {"ok": False, "error": "unknown_method", "req_method": "incidents.declare"}


async def test_api_test_needs_no_token_and_echoes(room: Room) -> None:
    assert await post(room, "api.test?foo=bar") == {"ok": True, "args": {"foo": "bar"}}
    assert (await post(room, "api.test?error=my_error"))["error"] == "my_error"


@pytest.mark.parametrize(
    ("method", "args", "lacking", "needed"),
    [
        ("chat.postMessage", {"channel": "C1", "text": "x"}, "chat:write", "chat:write"),
        ("reactions.add", {"channel": "C1", "timestamp": "1", "name": "eyes"}, "reactions:write", None),
        ("users.info", {"user": "U1"}, "users:read", None),
        ("team.info", {}, "team:read", None),
        ("canvases.create", {"title": "x"}, "canvases:write", None),
        ("canvases.sections.lookup", {"canvas_id": "F1"}, "canvases:read", None),
        ("conversations.join", {"channel": "C1"}, "channels:join", None),
        ("conversations.create", {"name": "x"}, "channels:manage", None),
        ("conversations.create", {"name": "x", "is_private": True}, "groups:write", None),
        ("conversations.list", {"types": "private_channel"}, "groups:read", None),
        ("conversations.open", {"users": "U1"}, "im:write", "im:write,mpim:write"),
        ("pins.add", {"channel": "C1", "timestamp": "1"}, "pins:write", None),
        ("bookmarks.add", {"channel_id": "C1", "title": "x", "type": "link"}, "bookmarks:write", None),
        ("bookmarks.list", {"channel_id": "C1"}, "bookmarks:read", None),
        ("files.info", {"file": "F1"}, "files:read", None),
        ("files.getUploadURLExternal", {"filename": "x", "length": 1}, "files:write", None),
    ],
)
async def test_a_call_without_its_scope_says_which(
    method: str, args: dict[str, object], lacking: str, needed: str | None
) -> None:
    async with open_room(scopes=SCOPES - {lacking}) as room:
        answer = await room.refused(method, **args)

    assert answer["error"] == "missing_scope"
    assert answer["needed"] == (needed or lacking)
    assert lacking not in answer["provided"].split(",") and "commands" in answer["provided"].split(",")


async def test_a_private_channel_needs_the_scope_of_private_channels() -> None:
    async with open_room(scopes=SCOPES - {"groups:history"}) as room:
        secret = room.workspace.add_channel("secret", is_private=True, members=[room.workspace.bot_user_id])
        answer = await room.refused("conversations.history", channel=secret.id)
        assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:history")
        assert (await room.call("conversations.history", channel=room.ops.id))["messages"] == []


async def test_the_scopes_come_with_every_answer(room: Room) -> None:
    answer = await room.client.chat_postMessage(channel=room.ops.id, text="Hello")
    assert answer.headers["x-accepted-oauth-scopes"] == "chat:write"
    assert "canvases:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("method", "args", "field"),
    [
        ("conversations.history", {}, "channel"),
        ("conversations.replies", {"channel": "OPS"}, "ts"),
        ("conversations.info", {}, "channel"),
        ("chat.postMessage", {"text": "x"}, "channel"),
        ("chat.update", {"channel": "OPS", "text": "x"}, "ts"),
        ("users.info", {}, "user"),
        ("views.open", {"trigger_id": "1.2.3"}, "view"),
        ("canvases.edit", {"canvas_id": "F1"}, "changes"),
        ("canvases.delete", {}, "canvas_id"),
    ],
)
async def test_a_missing_argument_is_named(
    room: Room, method: str, args: dict[str, object], field: str
) -> None:
    args = {key: room.ops.id if value == "OPS" else value for key, value in args.items()}
    answer = await room.refused(method, **args)
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] missing required field: {field}"]


async def test_an_argument_that_names_nothing_is_another_mistake(room: Room) -> None:
    for name in ("", "C00000000", "general"):
        assert (await room.refused("conversations.history", channel=name))["error"] == "channel_not_found"


async def test_forms_and_json_say_the_same(room: Room) -> None:
    blocks = [{"type": "divider"}]
    as_json = await room.client.chat_postMessage(channel=room.ops.id, text="x", blocks=blocks)
    as_form = await room.client.api_call(
        "chat.postMessage",
        data={"channel": room.ops.id, "text": "x", "blocks": '[{"type": "divider"}]'},
    )
    kinds = [answer["message"]["blocks"][0]["type"] for answer in (as_json, as_form)]
    assert kinds == ["divider", "divider"]
