"""Response urls, files and faults: the smaller ways of the Web API."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox import interactions
from tests.sandbox.conftest import Bot, Room


def response_url(room: Room) -> str:
    return interactions.new_response_url(room.workspace, room.ops.id, room.ana.id)


async def test_a_response_url_takes_five_answers(room: Room) -> None:
    hook = AsyncWebhookClient(response_url(room))
    answers = [await hook.send(text=str(number)) for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5].body
    shown = room.workspace.ephemerals(room.ana.id, room.ops.id)
    assert [message.text for message in shown] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_lives_for_half_an_hour(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactions, "RESPONSE_URL_SECONDS", -1.0)
    answer = await AsyncWebhookClient(response_url(room)).send(text="Late")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"blocks": [{"type": "header"}]}, "invalid_blocks"),
        ([], "invalid_payload"),
    ],
)
async def test_a_wrong_answer_is_refused_and_uses_nothing_up(room: Room, body: object, error: str) -> None:
    url = response_url(room)
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"] == error
    (left,) = room.workspace.response_urls.values()
    assert left.uses_left == 5


async def test_an_unknown_response_url(room: Room) -> None:
    answer = await AsyncWebhookClient(f"{room.box.url}commands/T0/1/x").send(text="x")
    assert answer.status_code == 404


async def test_a_file_is_uploaded_in_three_steps(room: Room, bot: Bot) -> None:
    root = room.workspace.say(room.ana.id, room.ops.id, "Root")
    answer = await room.client.files_upload_v2(
        filename="draft.md",
        content="# Draft",
        channel=room.ops.id,
        thread_ts=root,
        initial_comment="Here it is",
    )
    await room.box.settled()

    info = await room.client.files_info(file=answer["file"]["id"])
    address, signed_in = info["file"]["url_private"], {"authorization": f"Bearer {room.box.bot_token}"}
    async with aiohttp.ClientSession(headers=signed_in) as session, session.get(address) as response:
        assert await response.text() == "# Draft"
        assert response.headers["content-disposition"] == "attachment"
    (shared,) = bot.heard("message", "file_share")
    assert (shared["thread_ts"], shared["text"], shared["files"][0]["size"]) == (root, "Here it is", 7)


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("files.getUploadURLExternal", {"filename": "x"}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "x", "length": 0}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
        ("files.info", {"file": "F0"}, "file_not_found"),
    ],
)
async def test_a_wrong_upload_is_refused(
    room: Room, method: str, args: dict[str, object], error: str
) -> None:
    assert (await room.refused(method, **args))["error"] == error


async def test_a_canvas_is_a_file_too(room: Room) -> None:
    made = await room.call(
        "canvases.create", title="T", document_content={"type": "markdown", "markdown": "x"}
    )
    info = await room.client.files_info(file=made["canvas_id"])
    assert info["file"]["title"] == "T"


async def test_a_call_can_be_refused_on_demand(room: Room) -> None:
    room.workspace.refuse("chat.postMessage", "internal_error", times=2, status=500, hint="x")
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await room.client.chat_postMessage(channel=room.ops.id, text="x")
        assert refused.value.response.status_code == 500
        assert refused.value.response["hint"] == "x"
    await room.client.chat_postMessage(channel=room.ops.id, text="x")
    assert len(room.workspace.messages(room.ops.id)) == 1
    assert [call.status for call in room.workspace.calls("chat.postMessage")] == [500, 500, 200]


async def test_a_rate_limit_carries_its_delay(room: Room) -> None:
    room.workspace.refuse("auth.test", "ratelimited", retry_after=1)
    room.client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))

    await room.client.auth_test()

    first, second = room.workspace.calls("auth.test")
    assert (first.status, first.answer) == (429, {"ok": False, "error": "ratelimited"})
    assert second.answer["ok"]


async def test_an_answer_can_be_lost_after_the_work_was_done(room: Room) -> None:
    room.workspace.lose_answer("chat.postMessage")
    with pytest.raises(SlackApiError):
        await room.client.chat_postMessage(channel=room.ops.id, text="Said")
    assert [message.text for message in room.workspace.messages(room.ops.id)] == ["Said"]


async def test_a_slow_method_leaves_the_others_fast(room: Room) -> None:
    room.workspace.slow("chat.postMessage", 1.0)
    slow = asyncio.create_task(room.client.chat_postMessage(channel=room.ops.id, text="x"))
    await room.client.auth_test()
    assert not slow.done()
    await slow


async def test_every_call_is_remembered_without_its_token(room: Room) -> None:
    await room.client.users_info(user=room.ana.id)
    (call,) = room.workspace.calls("users.info")
    assert call.args == {"user": room.ana.id}
    assert call.answer["user"]["name"] == "ana"
    assert call.at == room.workspace.clock.now()
    assert room.workspace.calls() == [call]


@pytest.mark.parametrize("verb", ["replace_original", "delete_original"])
async def test_a_click_on_what_one_person_sees_changes_it_for_them(room: Room, bot: Bot, verb: str) -> None:
    @bot.app.action("more")
    async def more(ack: Any, respond: Any) -> None:
        await ack()
        await respond(**{"text": "More", verb: True})

    button = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}
    blocks = [{"type": "actions", "elements": [button]}]
    shown = await room.client.chat_postEphemeral(
        channel=room.ops.id, user=room.ana.id, text="Less", blocks=blocks
    )
    await room.workspace.click(
        room.ana.id, channel_id=room.ops.id, message_ts=shown["message_ts"], action_id="more"
    )
    await room.box.settled()

    left = [message.text for message in room.workspace.ephemerals(room.ana.id, room.ops.id)]
    assert left == (["More"] if verb == "replace_original" else [])
