"""A server on this machine that takes Slack's requests, and who sends them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from slack_bolt.response import BoltResponse
from starlette.routing import Route

from bot.http.server import HttpServer
from bot.http.signature import signature_of
from bot.http.slack_requests import PATH, SlackRequests
from bot.slack.transport import Reply, SlackRequest

SECRET = "0123456789abcdef0123456789abcdef"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass
class Slack:
    """Slack's end. `answer` is what the app answers, `taken` what came through to it."""

    url: str
    http: aiohttp.ClientSession
    taken: list[SlackRequest] = field(default_factory=list)
    saw: list[Mapping[str, Any]] = field(default_factory=list)
    answer: BoltResponse | Exception | None = field(default_factory=lambda: BoltResponse(status=200))

    async def take(self, request: SlackRequest, reply: Reply) -> None:
        self.taken.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        await reply(self.answer)

    async def send(self, body: bytes, content_type: str = FORM, **headers: str) -> Answer:
        """A signed request, unless the headers say otherwise."""
        said_at = str(int(time.time()))
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": said_at,
            "X-Slack-Signature": signature_of(SECRET, said_at, body),
        }
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.ask("POST", body, {**signed, **named})

    async def ask(self, method: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> Answer:
        async with self.http.request(method, self.url, data=body, headers=headers) as answer:
            return Answer(answer.status, await answer.read(), answer.headers.copy())


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with aiohttp.ClientSession() as http:
        made = Slack("", http)
        requests = SlackRequests(SECRET, made.take, saw=made.saw.append)
        server = HttpServer("127.0.0.1", 0, [Route(PATH, requests)])
        made.url = f"{server.url}{PATH.lstrip('/')}"
        await server.open()
        yield made
    await server.close()
