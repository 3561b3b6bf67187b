"""`scribe connect`: what is open, what would come of a delivery, and what is wrong, each in a sentence."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli.shared import console
from bot.connect.registry import SHIPPED
from sandbox.wikis.confluence import ConfluenceServer
from tests.bot.test_cli import empty_folder, said
from tests.status_pages import KINDS as PAGES

__all__ = ["empty_folder"]
TOKEN = "0123456789abcdef01"
MAPPING = """
sender = "Uptime"
[alert]
id = "name"
title = "name"
severity = "how_bad"
"""


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_width", 200)


def test_the_list_names_every_hook_and_whether_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = said("connect", "list", code=0)
    monkeypatch.setenv("HOOKS_TOKEN", TOKEN)
    opened = said("connect", "list", code=0)

    assert all(f"/hooks/{name}" in closed for name in SHIPPED)
    assert "HOOKS_TOKEN is" in closed and "open, by the token" not in closed
    assert "open, by the token" in opened and TOKEN not in opened


@pytest.mark.parametrize("name", SHIPPED)
def test_an_example_shows_what_would_come_of_it(name: str) -> None:
    assert "declares an incident" in said("connect", "try", name, code=0)


def test_a_mapping_and_a_delivery_show_what_would_come_of_them() -> None:
    Path("uptime.toml").write_text(MAPPING)
    Path("grave.json").write_text(json.dumps({"name": "shop [bold]down[/bold]", "how_bad": "Critical"}))
    Path("light.json").write_text(json.dumps({"name": "shop", "how_bad": "minor"}))

    grave = said("connect", "try", "uptime.toml", "grave.json", code=0)
    assert "declares an incident" in grave and "shop [bold]down[/bold]" in grave
    assert "else is remembered" in said("connect", "try", "uptime.toml", "light.json", code=0)


def test_what_is_kept_of_a_deploy_is_shown() -> None:
    Path("ci.toml").write_text(
        'kind = "deploy"\nsender = "CI"\n[deploy]\nid = "id"\nservice = "job"\nstate = "result"\n'
    )
    Path("done.json").write_text(json.dumps({"id": 7, "job": "checkout [bold]x[/bold]", "result": "FAILURE"}))
    run = {"id": 1, "name": "Tests", "conclusion": "success"}
    of_tests = {"action": "completed", "workflow_run": run, "repository": {"full_name": "acme/checkout"}}
    Path("tests.json").write_text(json.dumps(of_tests))

    kept = said("connect", "try", "ci.toml", "done.json", code=0)
    assert "Remembered as deployed" in kept and "checkout [bold]x[/bold]" in kept and "failed" in kept
    passed_over = said("connect", "try", "github", "tests.json", code=0)
    assert "hold no word of DEPLOY_WORKFLOWS: deploy, rollback, rollout" in passed_over


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("try", "nobodys"), "is no hook"),
        (("try", "missing.toml", "x.json"), "missing.toml cannot be read"),
        (("try", "alertmanager", "missing.json"), "missing.json cannot be read"),
        (("check", "alertmanager"), "HOOKS_TOKEN is not set"),
        (("check", "nobodys"), "is no hook"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(words: tuple[str, ...], told: str) -> None:
    assert told in said("connect", *words)


def test_a_check_says_where_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKS_TOKEN", TOKEN)
    monkeypatch.setenv("PORT", "1")

    assert "Nothing answers on 127.0.0.1 port 1" in said("connect", "check", "alertmanager")


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_a_tracker_that_tells_of_deploys_alone_is_checked_as_a_hook(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"{name} is off: {name.upper()}_TOKEN is not set" in said("connect", "check", name)
    monkeypatch.setenv(f"{name.upper()}_HOOK_SECRET", TOKEN)
    monkeypatch.setenv("PORT", "1")

    assert "Nothing answers on 127.0.0.1 port 1" in said("connect", "check", name)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("HOOKS_TOKEN", "short", "HOOKS_TOKEN must be 16 to 500"),
        ("GRAFANA_SECRET", "with blanks in it, long", "GRAFANA_SECRET must be 16 to 500"),
        ("HOOKS_TOKEN", TOKEN, "HOOKS_TOKEN is set and PORT is not"),
        ("HOOKS_DIR", "nowhere", "HOOKS_DIR names no folder"),
    ],
)
def test_a_setting_that_cannot_work_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)

    assert told in said("run")


async def test_a_wiki_says_what_its_token_may_or_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "CONFLUENCE_TOKEN is not set" in said("connect", "check", "confluence")
    async with ConfluenceServer() as server:
        monkeypatch.setenv("CONFLUENCE_URL", server.url)
        monkeypatch.setenv("CONFLUENCE_EMAIL", server.email)
        monkeypatch.setenv("CONFLUENCE_TOKEN", server.token)
        monkeypatch.setenv("CONFLUENCE_SPACE", server.space)
        listed = await asyncio.to_thread(said, "connect", "list", code=0)
        well = await asyncio.to_thread(said, "connect", "check", "confluence", code=0)
        server.may_write = False
        refused = await asyncio.to_thread(said, "connect", "check", "confluence")

    assert "on: takes" in listed and server.token not in listed
    assert "the token may make pages in OPS." in well
    assert "Confluence answered HTTP 200: the token may not make pages in OPS." in refused
    assert server.pages == []


ROUTES = """
[[route]]
name = "Checkout pages"
when.service = "checkout"
then = "declare"
severity = "sev1"
title = "{service}: {title}"
invite = ["@oncall"]

[[route]]
when.labels.team = "web"
then = "attach"

[[message]]
when.bot = "Deploy Bot"
then = "deploy"
"""


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> Path:
    file = Path("routes.toml")
    file.write_text(ROUTES)
    monkeypatch.setenv("ROUTES_FILE", str(file))
    return file


def test_a_trial_shows_which_route_takes_an_alert_and_what_it_would_do(routes: Path) -> None:
    taken = said("connect", "try", "alertmanager", code=0)
    routes.write_text(ROUTES.replace("checkout", "search"))
    untaken = said("connect", "try", "alertmanager", code=0)

    assert "Checkout pages, line 2: declares an incident" in taken
    assert "“checkout: Checkout answers every eighth request with an error”" in taken
    assert "of severity sev1, inviting @oncall" in taken
    assert "no route: declares an incident, or feeds the open one of its group" in untaken


def test_routes_are_listed_in_their_order_and_checked(routes: Path) -> None:
    listed = said("connect", "list", code=0)

    assert listed.index("Checkout pages") < listed.index("route 2") < listed.index("message 1")
    assert "2 routes, 1 rule of messages" in said("connect", "check", "routes", code=0)
    routes.write_text('[[route]]\nthen = "declair"\nseverity = "sev9"\n')
    wrong = said("connect", "check", "routes")
    assert "line 2, `route[0].then`" in wrong and "line 3, `route[0].severity`" in wrong
    routes.write_text('[[route]]\nwhen.source = "alertmanger"\nthen = "remember"\n')
    assert "did you mean 'alertmanager'?" in said("connect", "check", "routes")


def test_without_a_file_there_are_no_routes_to_check() -> None:
    assert "ROUTES_FILE is not set" in said("connect", "check", "routes")


@pytest.mark.parametrize("name", PAGES)
async def test_a_status_page_says_what_its_token_may_or_why_not(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kind = PAGES[name]
    assert f"{name.upper()}_TOKEN is not set" in said("connect", "check", name)
    async with kind.make() as server:
        for setting, value in kind.settings(server).items():
            monkeypatch.setenv(setting.upper(), value)
        listed = await asyncio.to_thread(said, "connect", "list", code=0)
        well = await asyncio.to_thread(said, "connect", "check", name, code=0)
        token, server.token = server.token, "another-token"
        refused = await asyncio.to_thread(said, "connect", "check", name)

    assert "on: posts what" in listed and token not in listed
    assert "the token reads the page and its 2 components" in well
    assert f"{kind.title} answered HTTP 401" in refused
    assert server.posts == []


async def test_the_tools_of_one_workspace_of_many_are_listed_and_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with ConfluenceServer() as server:
        monkeypatch.setenv("ACME_TOKEN", server.token)
        Path("workspaces.toml").write_text(
            f'[T0ACME]\nCONFLUENCE_URL = "{server.url}"\nCONFLUENCE_EMAIL = "{server.email}"\n'
            f'CONFLUENCE_TOKEN_ENV = "ACME_TOKEN"\nCONFLUENCE_SPACE = "{server.space}"\n'
            '[T0BETA]\nSTAGES = "seen"\n'
        )
        monkeypatch.setenv("WORKSPACES_FILE", "workspaces.toml")
        listed = {
            workspace: await asyncio.to_thread(said, "connect", "list", "--workspace", workspace, code=0)
            for workspace in ("T0ACME", "T0BETA")
        }
        check = ("connect", "check", "confluence", "--workspace")
        well = await asyncio.to_thread(said, *check, "T0ACME", code=0)

    assert "takes published post-mortems" in listed["T0ACME"]
    assert "takes published post-mortems" not in listed["T0BETA"]
    assert "ok" in well
    assert "CONFLUENCE_TOKEN is not set" in said(*check, "T0BETA")
    assert "CONFLUENCE_TOKEN is not set" in said("connect", "check", "confluence")
    assert "WORKSPACES_FILE has no table of 'T0NONE'. There are: T0ACME, T0BETA." in said(*check, "T0NONE")
