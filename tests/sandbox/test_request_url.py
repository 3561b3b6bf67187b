"""HTTP mode: what Slack posts, when it comes again, and what it makes of the answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request as StarletteRequest

from sandbox.errors import SandboxError
from sandbox.request_url import RETRY_DELAYS
from sandbox.server import Sandbox
from tests.sandbox.conftest import EVENTS, SCOPES, Room, furnish
from tests.until import PATIENCE, until

WITHIN = 2.0
"""Seconds an app has here; a request must arrive in them, however busy the machine is."""
NEVER = None
"""An answer that does not come while the test lasts."""


@dataclass
class App:
    """Somebody's app behind a request URL. `answers` are given in turn, the last one for good."""

    url: str = ""
    knows_challenge: bool = True
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[web.Response | None] = field(default_factory=list)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(({name.lower(): value for name, value in request.headers.items()}, body))
        if b"url_verification" in body:
            return web.Response(text=json.loads(body)["challenge"] if self.knows_challenge else "Welcome!")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is NEVER:
            await self.is_over.wait()
            return web.Response()
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    @property
    def retries(self) -> list[tuple[str | None, str | None]]:
        return [
            (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason"))
            for headers, _ in self.asked
        ]


@pytest.fixture
async def app() -> AsyncIterator[App]:
    made = App(answers=[web.Response()])
    runner = web.ServerRunner(web.Server(made))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield made
    made.is_over.set()
    await runner.cleanup()


@pytest.fixture
async def room(app: App) -> AsyncIterator[Room]:
    async with Sandbox(is_http=True, scopes=SCOPES, events=EVENTS, retry_delays=(0.0, 0.01, 0.01)) as box:
        await box.request_url.verify(app.url)
        app.asked.clear()
        yield furnish(box)


def say(room: Room, text: str) -> str:
    return room.workspace.say(room.ana.id, room.ops.id, text)


async def command(room: Room, text: str = "help") -> str | None:
    """What a person sees of a command that failed."""
    return (await room.workspace.command(room.ana.id, room.ops.id, "/incident", text)).error


async def test_an_event_is_json_and_a_command_a_form_each_signed(room: Room, app: App) -> None:
    say(room, "Hello")
    await room.box.settled()
    assert await command(room, "start here café & co") is None

    (event_headers, event), (command_headers, form) = app.asked
    verifier = SignatureVerifier(room.box.signing_secret)
    assert verifier.is_valid_request(event, event_headers)
    assert verifier.is_valid_request(form, command_headers)
    assert event_headers["content-type"] == "application/json"
    assert json.loads(event)["event"]["text"] == "Hello"
    assert parse_qs(form.decode())["text"] == ["start here café & co"]


async def test_an_event_comes_again_three_times_and_is_given_up(room: Room, app: App) -> None:
    app.answers = [web.Response(status=500)]

    say(room, "Hello")
    await until(lambda: room.workspace.deliveries.given_up)

    assert app.retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({body for _, body in app.asked}) == 1
    assert room.workspace.deliveries.unacknowledged == []
    assert RETRY_DELAYS[0] == 0  # the first of Slack's retries comes at once


async def test_an_app_that_is_too_slow_is_asked_again(room: Room, app: App) -> None:
    room.workspace.deliveries.answer_within = WITHIN
    app.answers = [NEVER, web.Response()]

    say(room, "Hello")
    await room.box.settled()

    assert app.retries == [(None, None), ("1", "http_timeout")]
    assert room.workspace.deliveries.given_up == []


async def test_an_app_may_ask_for_no_retries(room: Room, app: App) -> None:
    app.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]

    say(room, "Hello")
    await until(lambda: room.workspace.deliveries.given_up)

    assert app.retries == [(None, None)]


async def test_an_app_that_is_not_there_gets_a_retry_when_it_is(room: Room, app: App) -> None:
    room.box.request_url.urls = ("http://127.0.0.1:9/",)
    room.workspace.deliveries.retry_delays = (WITHIN,)

    say(room, "Hello")
    await until(lambda: not room.workspace.deliveries.is_connected)
    refused = await command(room)
    room.box.request_url.urls = (app.url,)
    await room.box.settled()

    assert refused == '/incident failed with the error "dispatch_failed"'
    assert app.retries == [("1", "connection_failed")]


async def test_where_nothing_listens_a_request_goes_to_the_next_replica(room: Room, app: App) -> None:
    room.box.request_url.urls = ("http://127.0.0.1:9/", app.url)

    assert [await command(room) for _ in range(3)] == [None, None, None]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=404), "http_client_error"),
        (web.Response(status=201), "http_service_error"),
        (web.Response(text="{", content_type="application/json"), "http_service_error"),
        (web.Response(text="<p>Sign in</p>", content_type="text/html"), "http_service_error"),
        (web.Response(status=502), "http_service_error"),
        (NEVER, "operation_timeout"),
    ],
)
async def test_a_command_that_is_not_answered_as_slack_wants_fails(
    room: Room, app: App, answer: web.Response | None, error: str
) -> None:
    room.workspace.deliveries.answer_within = WITHIN if answer is NEVER else PATIENCE
    app.answers = [answer]

    assert await command(room) == f'/incident failed with the error "{error}"'
    assert len(app.asked) == 1  # it never comes again


async def test_a_url_that_does_not_know_the_challenge_is_not_taken(room: Room, app: App) -> None:
    app.knows_challenge = False

    with pytest.raises(SandboxError, match="didn't respond with the value of the challenge"):
        await room.box.request_url.verify(app.url)


async def test_an_unmodified_bolt_app_hears_and_answers(room: Room, app: App) -> None:
    heard: list[str] = []
    found = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U1")

    async def authorize() -> AuthorizeResult:
        return found

    async def on_message(event: dict[str, str]) -> None:
        heard.append(event["text"])

    async def on_command(ack: AsyncAck) -> None:
        await ack("Here you are.")

    bolt = AsyncApp(signing_secret=room.box.signing_secret, authorize=authorize)
    bolt.event("message")(on_message)
    bolt.command("/incident")(on_command)
    handler = AsyncSlackRequestHandler(bolt)

    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        headers = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
        scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "query_string": b""}
        answer = await handler.handle(StarletteRequest(scope, receive))
        return web.Response(status=answer.status_code, body=answer.body, headers=dict(answer.headers))

    runner = web.ServerRunner(web.Server(serve))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await room.box.request_url.verify(f"http://127.0.0.1:{runner.addresses[0][1]}/")

    say(room, "Hello")
    answer = await room.workspace.command(room.ana.id, room.ops.id, "/incident", "help")
    await room.box.settled()
    await runner.cleanup()

    assert heard == ["Hello"]
    assert [message.text for message in answer.messages] == ["Here you are."]
