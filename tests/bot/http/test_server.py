"""Clients that are slow, rude or many: none of them is waited for without an end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.http import bounded_protocol, server
from bot.http.server import HttpServer
from bot.slack.transport import CannotListen

SOON = 0.1
HELLO = b"GET /hello HTTP/1.1\r\nHost: scribe\r\n\r\n"
Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


async def much(request: Request) -> Response:
    return PlainTextResponse(b"x" * 50_000_000)


@pytest.fixture
async def serving(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HttpServer]:
    monkeypatch.setattr(bounded_protocol, "HEADERS_WITHIN", SOON)
    monkeypatch.setattr(bounded_protocol, "READ_WITHIN", SOON)
    made = HttpServer("127.0.0.1", 0, [Route("/hello", hello), Route("/much", much)])
    await made.open()
    yield made
    await made.close()


async def connected(serving: HttpServer) -> Pipe:
    return await asyncio.open_connection("127.0.0.1", urlsplit(serving.url).port)


async def rest_of(pipe: Pipe) -> bytes:
    """What still comes until the connection ends."""
    reader, writer = pipe
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_an_answer_waits_for_no_acknowledgement(
    serving: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the body, sent after the headers, comes once a client acknowledges these: up to 40 ms later."""
    met: list[asyncio.Transport] = []
    made = bounded_protocol.BoundedProtocol.connection_made

    def meet(protocol: bounded_protocol.BoundedProtocol, transport: asyncio.Transport) -> None:
        met.append(transport)
        made(protocol, transport)

    monkeypatch.setattr(bounded_protocol.BoundedProtocol, "connection_made", meet)
    pipe = await connected(serving)
    pipe[1].write(HELLO)
    await pipe[0].readuntil(b"hello")

    ours: socket.socket = met[0].get_extra_info("socket")
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    pipe[1].close()


async def test_who_says_nothing_is_cut_off(serving: HttpServer) -> None:
    assert await rest_of(await connected(serving)) == b""


async def test_who_never_comes_to_the_end_of_the_headers_is_cut_off(serving: HttpServer) -> None:
    pipe = await connected(serving)

    async def trickle() -> None:
        pipe[1].write(b"GET /hello HTTP/1.1\r\n")
        while True:
            pipe[1].write(b"X-More: 1\r\n")
            await asyncio.sleep(SOON / 10)

    trickling = asyncio.create_task(trickle())
    assert await rest_of(pipe) == b""
    trickling.cancel()


async def test_so_is_who_does_that_after_an_answer(serving: HttpServer) -> None:
    pipe = await connected(serving)
    pipe[1].write(HELLO)
    assert (await pipe[0].readuntil(b"hello")).startswith(b"HTTP/1.1 200 OK")

    pipe[1].write(b"GET /hello HTTP/1.1\r\n")

    assert await rest_of(pipe) == b""


async def test_an_idle_connection_is_kept_longer_than_a_load_balancer_keeps_it(serving: HttpServer) -> None:
    pipe = await connected(serving)
    for _ in range(2):
        pipe[1].write(HELLO)
        await pipe[0].readuntil(b"hello")
        await asyncio.sleep(2 * SOON)
    pipe[1].close()

    assert server.KEPT_FOR > 60


async def test_who_does_not_read_the_answer_is_cut_off(serving: HttpServer) -> None:
    pipe = await connected(serving)
    pipe[1].write(b"GET /much HTTP/1.1\r\nHost: scribe\r\n\r\n")
    await asyncio.sleep(5 * SOON)

    assert len(await rest_of(pipe)) < 50_000_000


async def test_headers_have_an_end(serving: HttpServer) -> None:
    pipe = await connected(serving)
    pipe[1].write(b"GET /hello HTTP/1.1\r\nX-More: " + 2 * server.MOST_HEADER_BYTES * b"x")

    assert (await rest_of(pipe)).startswith(b"HTTP/1.1 400")


async def test_connections_beyond_the_most_are_cut_and_the_others_served(
    serving: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_protocol, "MOST_CONNECTIONS", 1)
    first = await connected(serving)
    first[1].write(HELLO)
    await first[0].readuntil(b"hello")

    assert await rest_of(await connected(serving)) == b""
    first[1].write(HELLO)
    await first[0].readuntil(b"hello")
    first[1].close()


async def test_what_is_no_http_is_answered_and_ended(serving: HttpServer) -> None:
    pipe = await connected(serving)
    pipe[1].write(b"\x16\x03\x01\x02\x00 TLS?\r\n\r\n")

    assert (await rest_of(pipe)).startswith(b"HTTP/1.1 400")


async def test_a_taken_port_is_one_sentence(serving: HttpServer) -> None:
    port = urlsplit(serving.url).port
    assert port

    with pytest.raises(CannotListen, match=rf"^Scribe cannot listen on 127\.0\.0\.1 port {port} \(Address"):
        HttpServer("127.0.0.1", port, [])


async def test_a_stop_ends_idle_connections_and_lets_answers_out(serving: HttpServer) -> None:
    idle, asking = await connected(serving), await connected(serving)
    asking[1].write(HELLO)
    await asking[0].readuntil(b"hello")

    await serving.close()

    assert await rest_of(idle) == b""
    assert await rest_of(asking) == b""
    with pytest.raises(OSError):
        await connected(serving)
