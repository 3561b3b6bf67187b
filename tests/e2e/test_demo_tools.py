"""`scribe demo` with its connected tools, as the page uses them; no tool of the team's is touched."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo import tool_settings
from bot.settings import Settings
from sandbox.server import Sandbox
from tests.until import until

ROOT = Path(__file__).parents[2]
OF_SLACK_AND_SCRIBE = {"database_url", "tokens_key", "sentry_dsn", "otel_exporter_otlp_endpoint"}
"""Secret settings that lead to no tool."""


@dataclass
class Demo:
    """A demo that stays, and its page's way to it."""

    process: asyncio.subprocess.Process
    out: Path
    http: aiohttp.ClientSession
    url: str = ""

    async def get(self, path: str) -> dict[str, Any]:
        async with self.http.get(f"{self.url}sandbox/{path}") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def post(self, path: str, **body: object) -> dict[str, Any]:
        async with self.http.post(f"{self.url}sandbox/{path}", json=body) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status == 200, found
            return found

    async def alert(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.get("tools"))["tools"]["alerts"]["groups"][0]
        return found

    async def tickets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get("tools"))["tools"]["tracker"]["projects"][0]["tickets"]
        return found


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    of_the_team = {"JIRA_URL": "http://127.0.0.1:1", "JIRA_TOKEN": "the-teams-own", "JIRA_PROJECT": "OPS"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--out", str(tmp_path)),
        cwd=ROOT,
        env={**os.environ, **of_the_team, "LOG_LEVEL": "ERROR", "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout
    async with aiohttp.ClientSession() as http:
        made = Demo(process, tmp_path, http)
        try:
            said = await asyncio.wait_for(process.stdout.readuntil(b"Ctrl-C ends both."), 120)
            found = re.search(r"Open (http://127\.0\.0\.1:\d+/)#", said.decode())
            assert found, said
            made.url = found[1]
            yield made
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.mark.every
@pytest.mark.timeout(300)
async def test_an_alert_opens_an_incident_and_a_ticket_comes_back(demo: Demo) -> None:
    people = {one["name"]: one["id"] for one in (await demo.get("state"))["people"]}
    ben = people["ben"]

    await demo.post("tools/fire")
    channel = await until(lambda: _channel(demo))
    await demo.post("join", user=ben, channel=channel)

    async def say(text: str) -> str:
        place = {"user": ben, "channel": channel, "command": "/incident"}
        answer = await demo.post("command", **place, text=text)
        assert answer["acknowledged"], answer
        return str(answer["messages"][-1])

    await say("task add Write a runbook")
    assert "GitHub" in await say("task ticket 1")
    (ticket,) = await until(demo.tickets)
    assert (ticket["title"], ticket["key"]) == ("Write a runbook", "acme/shop#1")
    await until(lambda: _said(say, "acme/shop#1"))

    await demo.post("tools/ticket", user=ben, project="acme/shop", number=1, state="closed")
    await until(lambda: _said(say, "0 of 1 action items open"))
    await say("task reopen 1")
    await until(lambda: _is(demo, "open"))

    await demo.post("tools/resolve", key=(await demo.alert())["key"])
    await until(lambda: _asked(demo, channel, ben))
    assert (await demo.alert())["firing"] == 0

    demo.process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(demo.process.wait(), 60) == 0
    assert "Traceback" not in (demo.out / "scribe.log").read_text()


async def _channel(demo: Demo) -> str:
    return str((await demo.alert())["channel"] or "")


async def _said(say: Any, words: str) -> bool:
    return words in await say("task")


async def _is(demo: Demo, state: str) -> bool:
    return bool((await demo.tickets())[0]["state"] == state)


async def _asked(demo: Demo, channel: str, who: str) -> bool:
    said = (await demo.get(f"channels/{channel}/messages?as={who}"))["messages"]
    return any("Was INC-2 mitigated at" in str(one) for one in said)


async def test_nothing_of_the_teams_own_tools_reaches_a_demo() -> None:
    async with Sandbox(has_tools=True) as sandbox:
        assert sandbox.tools
        given = tool_settings(sandbox.tools)

    secret = {name for name, field in Settings.model_fields.items() if not field.repr}
    of_tools = {one for one in secret - OF_SLACK_AND_SCRIBE if not one.startswith("slack_")}
    assert {one.upper() for one in of_tools} <= given.keys()
    assert {name for name in of_tools if given[name.upper()]} == {
        "hooks_token",
        "github_token",
        "github_hook_secret",
    }
