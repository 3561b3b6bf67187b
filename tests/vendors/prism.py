"""Prism between an adapter and its vendor's fake, and what it finds wrong with what goes through it.

    adapter -> Judge -> Prism -> Judge -> fake

Prism refuses what its file does not allow, but says why only in answers that adapters have no eyes for: so
a judge stands before it, changes nothing, and keeps what Prism says of each call. It stands behind it too,
since a Prism takes seconds to start and serves many tests, each of which has a fake of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web
from yarl import URL

from tests.until import PATIENCE

PROGRAM = Path(__file__).parent / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
PROBLEM = "application/problem+json"
"""What Prism's own answers are (RFC 9457); no vendor's fake answers so."""
_LISTENS = re.compile(r"Prism is listening on (http://127\.0\.0\.1:\d+)")
_OF_EACH_CONNECTION = {"host", "content-length", "transfer-encoding", "connection", "date", "server"}


@dataclass(frozen=True)
class Prism:
    """The program, as a proxy at `url` for what listens on `upstream`."""

    url: str
    upstream: socket.socket


@contextmanager
def proxy(document: Path, folder: Path) -> Iterator[Prism]:
    """Prism with a vendor's file, on ports of the system's choosing, until the end of this."""
    node = shutil.which("node")
    assert node and PROGRAM.exists(), "Prism is not installed: make vendors"
    log = folder / "prism.log"
    with socket.create_server(("127.0.0.1", 0)) as upstream, log.open("wb") as out:
        address = f"http://127.0.0.1:{upstream.getsockname()[1]}"
        process = subprocess.Popen(
            [node, PROGRAM, "proxy", document, address, "--errors", "--host", "127.0.0.1", "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            # "production" would have it start a second process
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "NODE_ENV": "test", "NO_COLOR": "1"},
        )
        try:
            yield Prism(_url(process, log), upstream)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _url(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        said = log.read_text("utf-8")
        if found := _LISTENS.search(said):
            return found[1]
        assert process.poll() is None, said
        time.sleep(0.05)
    raise TimeoutError(log.read_text("utf-8"))


@dataclass(frozen=True)
class Judged:
    """A call as it came, the status of its answer, and what Prism found wrong with either."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    found: Sequence[str]


class Judge:
    """Hands every call on to Prism as it is, from there to the fake at `upstream`, and the answer back."""

    def __init__(self, prism: Prism, upstream: str) -> None:
        self._prism = prism
        self._upstream = upstream
        self._runners: list[web.AppRunner] = []
        self._client: aiohttp.ClientSession | None = None
        self.url = ""
        self.calls: list[Judged] = []
        self.lose_answers: list[bool] = []
        """Whether the answers of the next calls that change something, the first first, are lost on their way
        from here: a call is carried out, and judged, and its caller's connection breaks."""

    @property
    def found(self) -> list[str]:
        """What is wrong with the calls so far."""
        return [f"{one.method} {one.path}: {words}" for one in self.calls for words in one.found]

    async def __aenter__(self) -> Self:
        self._client = aiohttp.ClientSession(
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        await self._serve(listener, self._take)
        await self._serve(self._prism.upstream.dup(), self._hand_on)
        return self

    async def _serve(self, listener: socket.socket, handler: Any) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app)
        self._runners.append(runner)
        await runner.setup()
        await web.SockSite(runner, listener).start()

    async def __aexit__(self, *exception: object) -> None:
        for runner in self._runners:
            await runner.cleanup()
        if self._client:
            await self._client.close()

    async def _take(self, request: web.Request) -> web.Response:
        judged, answer = await self.ask(
            request.method, request.raw_path, _kept(request.headers), await request.read()
        )
        self.calls.append(judged)
        if request.method != "GET" and self.lose_answers and self.lose_answers.pop(0):
            assert request.transport
            request.transport.abort()
        return answer

    async def _hand_on(self, request: web.Request) -> web.Response:
        url = f"{self._upstream}{request.raw_path}"
        answer, body = await self._sent(request.method, url, request.headers, await request.read())
        return web.Response(status=answer.status, headers=_kept(answer.headers), body=body or None)

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Judged, web.Response]:
        """One call through Prism, which is none of `calls`."""
        answer, held = await self._sent(method, f"{self._prism.url}{path}", headers, body)
        judged = Judged(method, path, headers, body, answer.status, _said(answer.headers, held))
        return judged, web.Response(status=answer.status, headers=_kept(answer.headers), body=held or None)

    async def _sent(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        assert self._client
        async with self._client.request(
            method,
            URL(url, encoded=True),
            headers=_kept(headers),
            data=body or None,
            allow_redirects=False,
        ) as answer:
            return answer, await answer.read()


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _OF_EACH_CONNECTION}


def _said(headers: Mapping[str, str], body: bytes) -> list[str]:
    """What Prism says in an answer: in a header, and of errors in a body of its own instead of the answer."""
    listed = headers.get("sl-violations", "[]")
    # it cuts a long list off
    found = [_words(one) for one in json.loads(listed)] if listed.startswith("[") else [listed]
    if headers.get("content-type", "").startswith(PROBLEM):
        problem = json.loads(body)
        named = [_words(one) for one in problem.get("validation", [])]
        found += [one for one in named if one not in found]
        if not named:
            found.append(
                f"{problem['type'].rpartition('#')[2]}: {problem['title']} {problem['detail']}".strip()
            )
    return found


def _words(violation: Mapping[str, Any]) -> str:
    return f"{'.'.join(map(str, violation.get('location', [])))}: {violation['message']}"
