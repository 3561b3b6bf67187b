"""The connected tools: what they tell the app, signed by whom, and what the page is shown of it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.connect.adapter import Delivery
from bot.connect.alertmanager import ADAPTER as ALERTMANAGER
from bot.connect.github import read as read_github
from sandbox.server import Sandbox
from sandbox.tools import hook
from sandbox.tools.panel import Tools
from tests.until import until

NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)


@dataclass
class App:
    """Whoever listens at the hooks, and answers with the statuses it was given, then with 200."""

    url: str = ""
    told: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.told.append((request.match_info["name"], request.headers.copy(), await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, text="ok\n")

    def bodies(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(body) for to, _, body in self.told if to == name]


@dataclass
class Bench:
    """A workspace with tools, somebody in it, and an app that is told."""

    sandbox: Sandbox
    app: App
    http: aiohttp.ClientSession

    @property
    def tools(self) -> Tools:
        assert self.sandbox.tools
        return self.sandbox.tools

    async def view(self) -> dict[str, Any]:
        async with self.http.get(f"{self.sandbox.url}sandbox/tools") as answer:
            found: dict[str, Any] = (await answer.json())["tools"]
            return found

    async def post(self, name: str, **body: object) -> str:
        """Do something; the sentence where it is refused."""
        async with self.http.post(f"{self.sandbox.url}sandbox/tools/{name}", json=body) as answer:
            said: dict[str, Any] = await answer.json()
            return str(said.get("error", ""))

    async def delivered(self) -> None:
        await until(lambda: not self.tools.alerts.hook.is_busy and not self.tools.webhook.is_busy)

    async def file(self, title: str) -> None:
        """What the app does when it files a ticket."""
        headers = {
            "Authorization": f"Bearer {self.tools.tracker.token}",
            "Accept": "application/vnd.github+json",
        }
        at = f"{self.tools.tracker.url}/repos/acme/shop/issues"
        async with self.http.post(at, json={"title": title, "body": "why"}, headers=headers) as answer:
            assert answer.status == 201


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    app, served = App(), web.Application()
    served.router.add_post("/hooks/{name}", app.answer)
    runner = web.AppRunner(served)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    app.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/"
    async with Sandbox(now=NOON, has_tools=True) as sandbox, aiohttp.ClientSession() as http:
        made = Bench(sandbox, app, http)
        made.tools.connect(app.url)
        yield made
    await runner.cleanup()


async def test_an_alert_fires_and_ends_as_alertmanager_tells_it(bench: Bench) -> None:
    await bench.post("fire")
    await bench.delivered()
    (group,) = (await bench.view())["alerts"]["groups"]
    assert (group["firing"], group["channel"]) == (1, None)
    await bench.post("resolve", key=group["key"])
    await bench.delivered()

    fired, ended = bench.app.bodies("alertmanager")
    assert all(one["Authorization"] == f"Bearer {bench.tools.alerts_token}" for _, one, _ in bench.app.told)
    assert fired["alerts"][0]["startsAt"] == ended["alerts"][0]["startsAt"] == "2023-09-10T12:00:00.000Z"
    assert (fired["status"], ended["status"]) == ("firing", "resolved")
    assert fired["alerts"][0]["fingerprint"] == ended["alerts"][0]["fingerprint"]
    assert fired["alerts"][0].keys() == ALERTMANAGER.example["alerts"][0].keys()
    assert fired.keys() == ALERTMANAGER.example.keys()
    shown = await bench.view()
    assert [one["status"] for one in shown["alerts"]["told"]] == [200, 200]
    assert shown["alerts"]["told"][0]["what"].endswith("1 alert resolved")
    assert await bench.post("resolve", key=group["key"]) == "No such alert fires."


async def test_each_press_fires_another_alert_and_one_more_where_all_fire(bench: Bench) -> None:
    for _ in range(4):
        await bench.post("fire")
    await bench.delivered()

    told = bench.app.bodies("alertmanager")
    assert len({one["groupKey"] for one in told}) == 3
    assert [len(one["alerts"]) for one in told] == [1, 1, 1, 2]
    assert told[3]["groupKey"] == told[0]["groupKey"]


async def test_a_storm_is_one_group_of_fifty(bench: Bench) -> None:
    await bench.post("storm")
    await bench.post("storm")
    await bench.delivered()

    first, second = bench.app.bodies("alertmanager")
    assert len({one["fingerprint"] for one in first["alerts"]}) == 50
    assert [one["fingerprint"] for one in first["alerts"]] == [one["fingerprint"] for one in second["alerts"]]
    assert (await bench.view())["alerts"]["groups"][0]["firing"] == 50


async def test_what_is_not_taken_comes_again_until_it_is(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.tools.alerts.hook, "_repeat_after", (0.0, 0.0, 0.0))
    bench.app.statuses = [503, 500]
    await bench.post("fire")
    await bench.delivered()
    assert len({body for _, _, body in bench.app.told}) == 1
    (told,) = (await bench.view())["alerts"]["told"]
    assert (told["status"], told["tries"], told["is_over"]) == (200, 3, True)

    bench.app.statuses = [400]  # for good
    await bench.post("fire")
    await bench.delivered()
    told = (await bench.view())["alerts"]["told"][0]
    assert (told["status"], told["tries"], told["is_over"]) == (400, 1, True)


async def test_an_app_that_is_not_there_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.tools.alerts.hook, "_repeat_after", (0.0,))
    bench.tools.connect("http://127.0.0.1:1/hooks/")
    await bench.post("fire")
    await bench.delivered()

    (told,) = (await bench.view())["alerts"]["told"]
    assert (told["status"], told["answer"], told["tries"]) == (None, "Nobody listens there.", 2)
    bench.tools.connect("")
    assert not (await bench.view())["is_connected"]


async def test_a_ticket_is_closed_and_opened_again_and_github_tells_of_it(bench: Bench) -> None:
    ana = bench.sandbox.workspace.add_person("ana")
    await bench.file("Add an index")
    await bench.file("Write a runbook")
    shown = (await bench.view())["tracker"]["projects"][0]["tickets"]
    assert [(one["key"], one["state"]) for one in shown] == [("acme/shop#2", "open"), ("acme/shop#1", "open")]

    asked: dict[str, Any] = {"user": ana.id, "project": "acme/shop", "number": 1}
    assert await bench.post("ticket", **asked, state="closed") == ""
    assert await bench.post("ticket", **asked, state="closed") == "acme/shop#1 is closed already."
    assert await bench.post("ticket", **asked, state="open") == ""
    assert "no ticket" in await bench.post("ticket", **{**asked, "number": 9}, state="closed")
    assert await bench.post("ticket", **asked, state="lost") == "A ticket is open or closed."
    await bench.delivered()

    events = bench.app.bodies("github")
    assert [one["action"] for one in events] == ["opened", "opened", "closed", "reopened"]
    assert [one["sender"]["login"] for one in events] == ["scribe", "scribe", "ana", "ana"]
    for _, headers, body in bench.app.told:
        signed = hmac.new(bench.tools.hook_secret.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Hub-Signature-256"] == f"sha256={signed}"
        assert headers["X-GitHub-Event"] == "issues"
    told = read_github(Delivery({"x-github-event": "issues"}, bench.app.told[2][2]))
    assert (told.seen[0].key, told.seen[0].changed_at, told.seen[0].by) == ("acme/shop#1", NOON, "ana")


async def test_alerts_and_tickets_have_addresses_that_lead_to_the_panel(bench: Bench) -> None:
    await bench.file("Add an index")
    await bench.post("fire")
    await bench.delivered()
    ticket = (await bench.view())["tracker"]["projects"][0]["tickets"][0]["url"]
    alert = bench.app.bodies("alertmanager")[0]["alerts"][0]["generatorURL"]

    for address in (ticket, alert):
        assert address.startswith(bench.sandbox.url)
        async with bench.http.get(address, allow_redirects=False) as answer:
            assert answer.headers["location"] == "/#tools"


async def test_a_delivery_under_way_does_not_keep_the_workspace_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook, "WITHIN", 600.0)
    async with Sandbox(has_tools=True) as sandbox:
        assert sandbox.tools
        sandbox.tools.connect("http://127.0.0.1:1/hooks/")
        sandbox.tools.alerts.fire()
        assert sandbox.tools.alerts.hook.is_busy
    assert not sandbox.tools.alerts.hook.is_busy


async def test_a_workspace_without_tools_says_so() -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        async with http.get("/sandbox/tools") as answer:
            assert await answer.json() == {"tools": None}
        async with http.post("/sandbox/tools/fire", json={}) as answer:
            assert answer.status == 400
            assert "No tools are connected" in (await answer.json())["error"]
