"""Socket Mode: at least once for events, once for commands, whatever happens to the connections."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.conftest import Room, open_room
from tests.until import PATIENCE


class Ear:
    """An app that hears every envelope and acknowledges those it is told to."""

    def __init__(self, client: SocketModeClient) -> None:
        self.client = client
        self.requests: list[SocketModeRequest] = []
        self.deaf_for = 0
        self.heard_something = asyncio.Event()
        client.socket_mode_request_listeners.append(self._hear)  # type: ignore[arg-type]

    async def _hear(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        self.heard_something.set()
        if self.deaf_for > 0:
            self.deaf_for -= 1
            return
        await client.send_socket_mode_response({"envelope_id": request.envelope_id})

    @property
    def said(self) -> list[str]:
        return [request.payload["event"]["text"] for request in self.requests]


@asynccontextmanager
async def listening(room: Room, count: int = 1) -> AsyncIterator[list[Ear]]:
    ears = []
    for _ in range(count):
        web = AsyncWebClient(token=room.box.bot_token, base_url=room.box.api_url)
        client = SocketModeClient(app_token=room.box.app_token, web_client=web, ping_interval=1)
        ears.append(Ear(client))
        await client.connect()  # type: ignore[no-untyped-call]
    await room.box.wait_connected()
    try:
        yield ears
    finally:
        for ear in ears:
            await ear.client.close()  # type: ignore[no-untyped-call]


def say(room: Room, text: str) -> None:
    room.workspace.say(room.ana.id, room.ops.id, text)


async def test_an_acknowledged_event_comes_once(room: Room) -> None:
    room.workspace.socket.retry_delays = (0.5,)
    async with listening(room) as (ear,):
        say(room, "Hello")
        await room.box.settled()
        await asyncio.sleep(0.6)
    (request,) = ear.requests
    assert (request.type, request.accepts_response_payload) == ("events_api", False)
    assert (request.retry_attempt, ear.said) == (0, ["Hello"])


async def test_an_unacknowledged_event_comes_again(room: Room) -> None:
    room.workspace.socket.retry_delays = (0.2, 0.2, 30.0)
    async with listening(room) as (ear,):
        ear.deaf_for = 2
        say(room, "Hello")
        await room.box.settled()
    assert [(r.retry_attempt, r.retry_reason) for r in ear.requests] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
    ]
    assert len({r.payload["event_id"] for r in ear.requests}) == 1
    assert len({r.envelope_id for r in ear.requests}) == 3


async def test_after_the_last_retry_an_event_is_given_up() -> None:
    async with open_room(retry_delays=(0.05,)) as room:
        room.workspace.socket.answer_within = 0.05
        async with listening(room) as (ear,):
            ear.deaf_for = 99
            say(room, "Hello")
            await room.box.settled()
        assert len(ear.requests) == 2
        assert len(room.workspace.socket.given_up) == 1


async def test_events_wait_for_somebody_to_connect(room: Room) -> None:
    for text in ("One", "Two"):
        say(room, text)
    assert len(room.workspace.socket.queued) == 2
    async with listening(room) as (ear,):
        await room.box.settled()
    assert ear.said == ["One", "Two"]


@pytest.mark.parametrize("abruptly", [False, True])
async def test_a_client_connects_anew_and_nothing_is_lost(room: Room, abruptly: bool) -> None:
    async with listening(room) as (ear,):
        ear.deaf_for = 1
        say(room, "Before")
        await asyncio.wait_for(ear.heard_something.wait(), PATIENCE)
        room.box.disconnect_clients(abruptly=abruptly)
        say(room, "Meanwhile")
        await room.box.wait_connected()
        await room.box.settled()
    assert sorted(set(ear.said)) == ["Before", "Meanwhile"]
    assert ear.said.count("Before") == 2, "what was not acknowledged came again"


async def test_several_connections_share_the_events(room: Room) -> None:
    async with listening(room, 2) as ears:
        for number in range(4):
            say(room, str(number))
        await room.box.settled()
    assert [len(ear.requests) for ear in ears] == [2, 2]


async def test_the_eleventh_connection_is_one_too_many(room: Room) -> None:
    async with listening(room, 10), aiohttp.ClientSession() as session:
        answer = await AsyncWebClient(base_url=room.box.api_url).apps_connections_open(
            app_token=room.box.app_token
        )
        async with session.ws_connect(answer["url"]) as websocket:
            frame = json.loads((await websocket.receive()).data)
    assert frame == {"type": "disconnect", "reason": "too_many_websockets"}


async def test_a_ticket_admits_once_and_is_greeted(room: Room) -> None:
    opened = await AsyncWebClient(base_url=room.box.api_url).apps_connections_open(
        app_token=room.box.app_token
    )
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]) as websocket:
            hello = json.loads((await websocket.receive()).data)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(opened["url"])
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"]["app_id"] == room.workspace.app_id


async def test_the_knobs_duplicate_reorder_and_lose(room: Room) -> None:
    async with listening(room) as (ear,):
        socket = room.workspace.socket
        socket.duplicate(1)
        say(room, "twice")
        socket.reorder(2)
        say(room, "second")
        say(room, "first")
        socket.lose(1)
        say(room, "never")
        say(room, "last")
        await room.box.settled()
    assert ear.said == ["twice", "twice", "first", "second", "last"]


async def test_a_command_without_an_app_fails_at_once(room: Room) -> None:
    answer = await room.workspace.command(room.ana.id, room.ops.id, "/incident", "start")
    assert not answer.acknowledged
    assert answer.error == '/incident failed with the error "dispatch_failed"'


async def test_a_command_that_is_not_acknowledged_never_comes_again(room: Room) -> None:
    room.workspace.socket.answer_within = 0.1
    async with listening(room) as (ear,):
        ear.deaf_for = 1
        answer = await room.workspace.command(room.ana.id, room.ops.id, "/incident")
        await asyncio.sleep(0.5)
    assert answer.error == '/incident failed with the error "operation_timeout"'
    assert [request.type for request in ear.requests] == ["slash_commands"]


async def test_a_command_carries_what_slack_sends(room: Room) -> None:
    async with listening(room) as (ear,):
        answer = await room.workspace.command(room.ana.id, room.ops.id, "/timeline", "add x")
    (request,) = ear.requests
    assert answer.acknowledged and request.accepts_response_payload
    payload = request.payload
    assert (payload["command"], payload["text"], payload["user_id"]) == ("/timeline", "add x", room.ana.id)
    assert (payload["channel_id"], payload["channel_name"]) == (room.ops.id, "ops")
    assert payload["trigger_id"] == answer.trigger_id
    assert "thread_ts" not in payload


async def test_a_command_the_app_does_not_have(room: Room) -> None:
    answer = await room.workspace.command(room.ana.id, room.ops.id, "/giphy")
    assert answer.error == "/giphy is not a valid command."


async def test_settled_says_what_is_left_to_do(room: Room) -> None:
    async with listening(room) as (ear,):
        ear.deaf_for = 99
        say(room, "Hello")
        with pytest.raises(TimeoutError, match="events_api"):
            await room.box.settled(timeout=0.15)


async def test_settled_waits_for_slow_calls(room: Room) -> None:
    room.workspace.slow("auth.test", 0.3)
    call = asyncio.create_task(room.call("auth.test"))
    await room.box.settled()
    assert call.done()
