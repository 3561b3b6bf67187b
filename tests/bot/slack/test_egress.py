"""Scribe connects to Slack and to the trackers that are set, whatever address it is given."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.slack.egress import ForeignHost, slack_session

ROOT = Path(__file__).parents[3]
CLIENTS = {
    "requests",
    "httpx",
    "urllib3",
    "urllib.request",
    "http.client",
    "smtplib",
    "ftplib",
    "telnetlib",
    "socketserver",
    "xmlrpc",
}
"""Modules that could open a connection; trackers alone need one, in one place."""


@dataclass
class Elsewhere:
    """A server on this machine; by the name `localhost` it is another host than `127.0.0.1`."""

    port: int
    asked: list[str] = field(default_factory=list)

    @property
    def ours(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def foreign(self) -> str:
        return f"http://localhost:{self.port}"


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    found = Elsewhere(0)

    async def answer(request: web.Request) -> web.Response:
        found.asked.append(f"{request.host.partition(':')[0]}{request.path}")
        if request.path == "/redirect":
            raise web.HTTPFound(f"{found.foreign}/taken")
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.port = runner.addresses[0][1]
    yield found
    await runner.cleanup()


async def test_the_host_of_the_api_is_reached(elsewhere: Elsewhere) -> None:
    async with slack_session(elsewhere.ours, within=5) as session, session.get(elsewhere.ours) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("way", ["get", "post", "ws_connect"])
async def test_another_host_is_refused_before_it_is_asked(elsewhere: Elsewhere, way: str) -> None:
    async with slack_session(elsewhere.ours, within=5) as session:
        with pytest.raises(ForeignHost, match="localhost is not Slack's"):
            await getattr(session, way)(f"{elsewhere.foreign}/taken")

    assert elsewhere.asked == []


async def test_a_redirect_to_another_host_is_not_followed(elsewhere: Elsewhere) -> None:
    async with slack_session(elsewhere.ours, within=5) as session:
        with pytest.raises(ForeignHost):
            await session.get(f"{elsewhere.ours}/redirect", headers={"authorization": "Bearer xoxb-1"})

    assert elsewhere.asked == ["127.0.0.1/redirect"]


@pytest.mark.parametrize(
    "host",
    [
        "slack.com.example.com",
        "notslack.com",
        "slack.com@example.com",
        "169.254.169.254",
        "[::1]",
        "example.com.",
    ],
)
async def test_a_name_that_only_looks_like_slacks_is_another_host(host: str) -> None:
    async with slack_session("https://slack.com/api/", within=5) as session:
        with pytest.raises((ForeignHost, aiohttp.InvalidURL)):
            await session.get(f"http://{host}/")


@cache
def modules() -> list[tuple[Path, ast.AST]]:
    files = [file for room in ("bot", "storage") for file in sorted((ROOT / room).rglob("*.py"))]
    return [(file, node) for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]


def test_every_session_of_the_program_is_made_in_one_place() -> None:
    makes = {
        file.relative_to(ROOT).as_posix()
        for file, node in modules()
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2]
        in {"ClientSession", "open_connection", "create_connection"}
    }

    assert makes == {"bot/slack/egress.py"}


def test_every_program_is_started_in_one_place() -> None:
    starts = {
        file.relative_to(ROOT).as_posix()
        for file, node in modules()
        if (isinstance(node, ast.Import) and any(one.name == "subprocess" for one in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "subprocess")
        or (
            isinstance(node, ast.Call)
            and ast.unparse(node.func)
            in {
                "asyncio.create_subprocess_exec",
                "asyncio.create_subprocess_shell",
                "os.execv",
                "os.popen",
                "os.system",
            }
        )
    }

    # git, which reaches its repository; PostgreSQL's own programs for a backup; a browser for the demo
    assert starts == {"bot/connect/pages/git_process.py", "bot/demo.py", "storage/postgres_dump.py"}


def test_no_other_client_is_imported() -> None:
    imported = {
        f"{name} in {file.relative_to(ROOT).as_posix()}"
        for file, node in modules()
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if name in CLIENTS or name.split(".")[0] in CLIENTS
    }

    # the command asks the Scribe that runs on this machine
    assert imported == {"httpx in bot/connect/api.py", "http.client in bot/cli/connections.py"}
