"""HTTP to a tracker: one host, one call at a time, and what its answers mean."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from bot.connect.api import Answer, Api, ForeignHost, OneHost, limit_429, retry_after
from bot.connect.trackers.github import limit
from bot.slack.calls import RefusedByTracker, TryLater
from sandbox.trackers.github import SECONDARY, GitHubServer
from sandbox.trackers.tracker import Fault

HEADERS = {"Authorization": "Bearer github_pat_fake", "Accept": "application/vnd.github+json"}
PATH = "/repos/acme/shop/issues"


@pytest.fixture
async def server() -> AsyncIterator[GitHubServer]:
    async with GitHubServer() as made:
        yield made


@pytest.fixture
async def api(server: GitHubServer) -> AsyncIterator[Api]:
    made = Api("GitHub", server.url, HEADERS, limit=limit, explain=lambda answer: "its words.", within=5)
    yield made
    await made.close()


async def test_no_other_host_is_connected_to() -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.url} was asked")

    only = OneHost(httpx.URL("https://api.github.com"), httpx.MockTransport(never))
    async with httpx.AsyncClient(transport=only) as client:
        for url in ("https://example.com/", "http://api.github.com/", "https://api.github.com:444/"):
            with pytest.raises(ForeignHost):
                await client.get(url)


async def test_a_redirect_is_not_followed(server: GitHubServer, api: Api) -> None:
    server.read_faults.append(Fault(301, {}, {"location": f"{server.url}/elsewhere"}))

    with pytest.raises(RefusedByTracker, match="it sends elsewhere"):
        await api.call("GET", PATH)

    assert len(server.calls) == 1


@pytest.mark.parametrize(
    "fault, is_undone",
    [
        (Fault(500, {}), False),
        (Fault(is_cut=True), False),
        (Fault(429, {}, {"retry-after": "1"}), True),
        (Fault(403, SECONDARY), True),
    ],
)
async def test_what_may_succeed_later(server: GitHubServer, api: Api, fault: Fault, is_undone: bool) -> None:
    server.faults.append(fault)

    with pytest.raises(TryLater) as raised:
        await api.call("POST", PATH, body={"title": "x"})

    assert raised.value.is_undone is is_undone


async def test_a_tracker_that_is_not_there_was_not_called() -> None:
    api = Api("GitHub", "http://127.0.0.1:9", {}, limit=limit_429, explain=str)
    with pytest.raises(TryLater) as raised:
        await api.call("POST", "/")
    assert raised.value.is_undone
    await api.close()


async def test_a_refusal_is_said_in_its_words(server: GitHubServer, api: Api) -> None:
    server.faults.append(Fault(422, {}))

    with pytest.raises(RefusedByTracker) as raised:
        await api.call("POST", PATH, body={})

    assert (raised.value.by, raised.value.error, raised.value.said) == ("GitHub", "HTTP 422", "its words")


async def test_after_a_limit_it_is_left_alone_by_everybody(server: GitHubServer, api: Api) -> None:
    server.faults.append(Fault(429, {}, {"retry-after": "60"}))
    with pytest.raises(TryLater):
        await api.call("POST", PATH, body={"title": "x"})

    with pytest.raises(TryLater, match="left alone") as raised, api.turn():
        pass

    assert raised.value.is_expected
    assert 50 < (raised.value.after or 0) <= 60


def test_one_has_the_turn(api: Api) -> None:
    with api.turn(), pytest.raises(TryLater), api.turn():
        pass
    with api.turn():
        pass


def test_how_long_to_wait() -> None:
    def answer(status: int, **headers: str) -> Answer:
        return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, {})

    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert retry_after(answer(429, retry_after="7")) == 7
    assert 50 < (retry_after(answer(429, retry_after=in_a_minute)) or 0) <= 60
    assert retry_after(answer(429, retry_after="soon")) is None
    assert limit_429(answer(429)) == 60
    assert limit_429(answer(403)) is None
    assert limit(answer(403)) is None
    assert limit(answer(403, x_ratelimit_remaining="0", x_ratelimit_reset="soon")) == 60


async def test_an_answer_that_comes_byte_by_byte_is_not_waited_for_without_an_end() -> None:
    """httpx waits so long for each piece, of which there may be millions."""

    left = asyncio.Event()

    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(400):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(dribble, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    api = Api("GitHub", url, HEADERS, limit=limit, explain=lambda answer: "its words.", within=0.5)
    try:
        with api.turn(), pytest.raises(TryLater) as raised:
            await api.call("GET", PATH)
    finally:
        await api.close()
        await left.wait()
        server.close()

    assert not raised.value.is_undone
    with api.turn():
        pass
