"""The tools of single workspaces of many: each tells its own, is told by its own, by its own tokens."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlmodel import select

from bot import logs
from bot.app import CannotStart
from bot.doctor import examine
from bot.http import hooks
from bot.settings import Settings
from sandbox.status_pages.statuspage import StatuspageServer
from sandbox.trackers.github import GitHubServer
from sandbox.wikis.confluence import ConfluenceServer
from storage.tables import Incident
from tests.e2e.alerts import alert, group
from tests.e2e.many import Home, ManyWorlds, many_worlds
from tests.status_pages import KINDS
from tests.until import until

pytestmark = pytest.mark.on_each_database
WORDS = ("quagga", "okapi")


@dataclass
class Tools:
    """What a workspace has: a tracker, a wiki and a status page, and the tokens of those that tell it."""

    github: GitHubServer
    confluence: ConfluenceServer
    statuspage: StatuspageServer
    hooks_token: str
    secret: str

    @property
    def servers(self) -> tuple[Any, ...]:
        return (self.github, self.confluence, self.statuspage)


@dataclass
class Equipped:
    worlds: ManyWorlds
    homes: Mapping[str, Home]
    tools: Mapping[str, Tools]
    file: Path
    http: aiohttp.ClientSession

    def address(self, word: str, hook: str = "alertmanager") -> str:
        return f"{self.worlds.url}hooks/{self.homes[word].workspace.team_id}/{hook}"

    async def tell(self, address: str, token: str, body: object) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(address, json=body, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def github_tells(self, word: str, secret: str) -> int:
        """A ping, signed; the status that is answered."""
        body = json.dumps({"zen": "Keep it logically awesome.", "hook_id": 1}).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signature}", "X-GitHub-Event": "ping"}
        async with self.http.post(self.address(word, "github"), data=body, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def incidents(self) -> list[tuple[str, int, str, str | None]]:
        """Whose each is, its number, its title and its severity."""
        words = {home.workspace.team_id: word for word, home in self.homes.items()}
        async with self.worlds.database.read() as session:
            found = await session.exec(select(Incident).order_by(Incident.team_id, Incident.number))
            return sorted((words[one.team_id], one.number, one.title, one.severity) for one in found)


def table_of(team_id: str, word: str, tools: Tools) -> str:
    github, wiki, page = tools.servers
    return f"""
[{team_id}]
SEVERITIES = "{word}1,{word}2"
ROUTES_FILE = "{word}.toml"
HOOKS_TOKEN_ENV = "{word.upper()}_HOOKS"
GITHUB_HOOK_SECRET_ENV = "{word.upper()}_SECRET"
GITHUB_URL = "{github.url}"
GITHUB_TOKEN_FILE = "{word}.token"
GITHUB_REPOSITORY = "{word}/shop"
CONFLUENCE_URL = "{wiki.url}"
CONFLUENCE_EMAIL = "{wiki.email}"
CONFLUENCE_TOKEN_ENV = "{word.upper()}_WIKI"
CONFLUENCE_SPACE = "{wiki.space}"
STATUSPAGE_URL = "{page.base}"
STATUSPAGE_TOKEN_ENV = "{word.upper()}_PAGE"
STATUSPAGE_PAGE = "{page.page}"
"""


@pytest.fixture
async def equipped(
    database_url: str, is_patient: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Equipped]:
    monkeypatch.chdir(tmp_path)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        tools: dict[str, Tools] = {}
        for word in WORDS:
            github = await stack.enter_async_context(GitHubServer(f"github-{word}", f"{word}/shop"))
            wiki = await stack.enter_async_context(ConfluenceServer(f"confluence-{word}", word.upper()))
            page = KINDS["statuspage"].make()
            page.token = f"statuspage-{word}"
            await stack.enter_async_context(page)
            tools[word] = Tools(github, wiki, page, f"hooks-of-{word}-0123456789", f"secret-of-{word}-0123")
            Path(f"{word}.token").write_text(github.token)
            Path(f"{word}.toml").write_text(
                f'[[route]]\nthen = "declare"\nseverity = "{word}2"\ntitle = "{word}: {{title}}"\n'
            )
            named = {"HOOKS": tools[word].hooks_token, "SECRET": tools[word].secret}
            named |= {"WIKI": wiki.token, "PAGE": page.token}
            for name, value in named.items():
                monkeypatch.setenv(f"{word.upper()}_{name}", value)
        worlds = await stack.enter_async_context(many_worlds(database_url))
        homes = dict(zip(WORDS, (worlds.acme, worlds.beta), strict=True))
        tables = []
        for word, home in homes.items():
            await worlds.install(home)
            tables.append(table_of(home.workspace.team_id, word, tools[word]))
        file = tmp_path / "workspaces.toml"
        file.write_text("".join(tables))
        await worlds.restart(workspaces_file=str(file))
        yield Equipped(worlds, homes, tools, file, http)


async def test_an_alert_declares_where_its_address_says_and_by_that_workspaces_settings(
    equipped: Equipped,
) -> None:
    told = [
        equipped.tell(equipped.address(word), equipped.tools[word].hooks_token, group(alert()))
        for word in WORDS
    ]
    assert await asyncio.gather(*told) == [200, 200]
    await equipped.worlds.settled()

    assert await equipped.incidents() == [
        ("okapi", 1, "okapi: Checkout fails", "okapi2"),
        ("quagga", 1, "quagga: Checkout fails", "quagga2"),
    ]
    for word, other in (WORDS, WORDS[::-1]):
        workspace = equipped.homes[word].workspace
        sent = " ".join(str(dict(call.args)) for call in workspace.all_calls)
        assert f"{word}: Checkout fails" in sent
        assert other not in sent


async def test_nobody_tells_a_workspace_something_by_anothers_token(equipped: Equipped) -> None:
    quagga, okapi = (equipped.tools[word] for word in WORDS)

    assert await equipped.tell(equipped.address("okapi"), quagga.hooks_token, group(alert())) == 401
    assert await equipped.tell(equipped.address("quagga"), okapi.hooks_token, group(alert())) == 401
    assert await equipped.github_tells("okapi", quagga.secret) == 401
    assert await equipped.github_tells("quagga", quagga.secret) == 200
    for path in ("alertmanager", "T0NOBODY/alertmanager", "T0NOBODY/../alertmanager"):
        address = f"{equipped.worlds.url}hooks/{path}"
        assert await equipped.tell(address, quagga.hooks_token, group(alert())) == 404
    assert await equipped.incidents() == []


async def test_what_a_workspace_that_left_is_told_is_to_be_told_again_until_it_is_back(
    equipped: Equipped,
) -> None:
    home, tools = equipped.homes["quagga"], equipped.tools["quagga"]
    assert await equipped.tell(equipped.address("quagga"), tools.hooks_token, group(alert())) == 200
    home.workspace.uninstall_app()
    await equipped.worlds.sandbox.settled()
    assert await equipped.tell(equipped.address("quagga"), tools.hooks_token, group(alert("web-2"))) == 503

    await equipped.worlds.install(home)

    assert await equipped.tell(equipped.address("quagga"), tools.hooks_token, group(alert("web-2"))) == 200
    await equipped.worlds.settled()
    assert [one[:2] for one in await equipped.incidents()] == [("quagga", 1)]


async def test_a_ticket_is_filed_in_its_workspaces_tracker_and_the_answer_comes_back_there(
    equipped: Equipped,
) -> None:
    worlds = equipped.worlds
    for word, home in equipped.homes.items():
        await worlds.command(home, "/incident start here The door is open")
        await worlds.command(home, f"/incident task add Lock up the {word}")
        answer = await worlds.command(home, "/incident task ticket 1")
        assert f"({word}/shop)" in answer

    for word, tools in equipped.tools.items():
        (issue,) = tools.github.issues
        assert issue["title"] == f"Lock up the {word}"
        assert {call.status for call in tools.github.calls} <= {200, 201}
        listed = await worlds.command(equipped.homes[word], "/incident task list")
        assert f"{word}/shop" in listed


async def test_each_workspace_asks_its_own_tools_with_its_own_tokens(equipped: Equipped) -> None:
    for word, home in equipped.homes.items():
        scribe = equipped.worlds.served(home).scribe
        of_each = {**scribe.trackers, **scribe.page_hosts, **scribe.status_pages}
        assert set(of_each) == {"github", "confluence", "statuspage"}
        before = {one: len(server.calls) for one in WORDS for server in equipped.tools[one].servers}
        for tool in of_each.values():
            assert await tool.check()
        after = {one: len(server.calls) for one in WORDS for server in equipped.tools[one].servers}
        assert {one for one in WORDS if after[one] > before[one]} == {word}


async def test_no_token_of_a_table_is_told(equipped: Equipped, capsys: pytest.CaptureFixture[str]) -> None:
    worlds = equipped.worlds
    changed = worlds.settings.model_copy(
        update={"workspaces_file": str(equipped.file), "log_level": "DEBUG", "port": 0}
    )
    settings = Settings.model_validate(changed.model_dump())
    logs.configure(settings)
    home, tools = equipped.homes["quagga"], equipped.tools["quagga"]
    assert await equipped.tell(equipped.address("quagga"), tools.hooks_token, group(alert())) == 200
    assert await equipped.tell(equipped.address("okapi"), tools.hooks_token, group(alert())) == 401
    await worlds.command(home, "/incident start here The door is open")
    await worlds.command(home, "/incident task add Shut it")
    await worlds.command(home, "/incident task ticket 1")
    scribe = worlds.served(home).scribe
    told = {
        "doctor": str(await examine(settings, datetime.now(UTC))),
        "repr": f"{settings!r} {scribe.settings!r} {scribe!r}",
        "slack": " ".join(str(dict(call.args)) for call in home.workspace.all_calls),
    }
    async with equipped.http.get(f"{worlds.url}metrics") as response:
        told["metrics"] = await response.text()
    told["log"] = "".join(capsys.readouterr())

    secrets = [
        secret
        for one in equipped.tools.values()
        for secret in (one.hooks_token, one.secret, *(server.token for server in one.servers))
    ]
    assert "hook.declared" in told["log"] and "WORKSPACES_FILE" in told["doctor"]
    assert [(where, secret) for where, said in told.items() for secret in secrets if secret in said] == []


async def test_bodies_of_all_workspaces_together_are_bounded(
    equipped: Equipped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that holds back half of a large body leaves no room for another workspace's, until it has gone."""
    monkeypatch.setattr(hooks, "MOST_BYTES_OF_ALL", 64 * 1024)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def half() -> AsyncIterator[bytes]:
        yield b" " * 60 * 1024
        begun.set()
        await go_on.wait()
        yield json.dumps(group(alert())).encode()

    async def send() -> int:
        token = equipped.tools["quagga"].hooks_token
        headers = {"Authorization": f"Bearer {token}"}
        async with equipped.http.post(equipped.address("quagga"), data=half(), headers=headers) as answer:
            return answer.status

    async def okapi_is_told() -> int:
        summary = group(alert(summary="x" * 8_000))
        return await equipped.tell(equipped.address("okapi"), equipped.tools["okapi"].hooks_token, summary)

    async def is_full() -> bool:
        return await okapi_is_told() == 503

    sending = asyncio.create_task(send())
    await begun.wait()
    await until(is_full)
    go_on.set()

    assert await sending == 200
    assert await okapi_is_told() == 200


async def test_hooks_that_cannot_be_opened_end_the_start_with_the_workspaces_name(equipped: Equipped) -> None:
    Path("quagga.toml").write_text('[[route]]\nwhen.source = "alertmanagr"\nthen = "declare"\n')

    with pytest.raises(CannotStart) as wrong:
        await equipped.worlds.restart(workspaces_file=str(equipped.file))

    team_id = equipped.homes["quagga"].workspace.team_id
    assert str(wrong.value) == (
        f"WORKSPACES_FILE, {team_id}: ROUTES_FILE: quagga.toml, route 1: there is no hook 'alertmanagr'; did "
        "you mean 'alertmanager'?"
    )
