"""A sandbox with workspaces that install one app, and a Scribe that serves them all over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from cryptography.fernet import Fernet

from bot.app import Running, start
from bot.http.install import COOKIE
from bot.served_workspace import ServedWorkspace
from bot.served_workspaces import ServedWorkspaces
from bot.settings import Settings
from sandbox.app_installs import Organization
from sandbox.records import Channel, Person
from sandbox.state import State
from sandbox.workspace import Workspace
from storage.database import Database
from tests.e2e.conftest import PATIENT, RATE_SCALE, words
from tests.quiet import Sandbox
from tests.until import until


@dataclass
class Home:
    """One of the workspaces, with somebody and a channel."""

    workspace: Workspace
    ana: Person
    channel: Channel


@dataclass
class ManyWorlds:
    """Two workspaces that may install Scribe; neither has by itself."""

    sandbox: Sandbox
    running: Running
    settings: Settings
    acme: Home
    beta: Home

    def __post_init__(self) -> None:
        self.sandbox.is_busy = lambda: self.database.is_busy

    @property
    def many(self) -> ServedWorkspaces:
        assert isinstance(self.running.served, ServedWorkspaces)
        return self.running.served

    @property
    def database(self) -> Database:
        return self.running._database

    @property
    def url(self) -> str:
        assert self.running.transports.server
        return self.running.transports.server.url

    def served(self, home: Home) -> ServedWorkspace:
        return self.many.of(home.workspace.team_id)

    async def settled(self) -> None:
        """Everything is acknowledged, and nothing that is to be sent by a workspace that is served waits."""

        async def is_done() -> bool:
            await self.sandbox.settled()
            served = [self.many.of(team_id) for team_id in self.many.teams]
            return all([await one.worker.drained() for one in served if not one.worker.halt.is_known])

        await until(is_done)

    async def install(self, home: Home, organization: Organization[State] | None = None) -> tuple[int, str]:
        """Somebody opens the install link, agrees in Slack and is led back; what they see then.

        `organization`: they choose all of it.
        """
        async with aiohttp.ClientSession() as browser:
            address, cookie = await self.begin(browser)
            led_to = home.workspace.agree_to_install(home.ana.id, address, organization)
            return await self.come_back(browser, led_to, cookie)

    async def begin(self, browser: aiohttp.ClientSession) -> tuple[str, str]:
        """Where Slack's page is, and the cookie that the browser keeps."""
        async with browser.get(f"{self.url}slack/install", allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            return response.headers["Location"], response.cookies[COOKIE].value

    async def come_back(self, browser: aiohttp.ClientSession, led_to: str, cookie: str) -> tuple[int, str]:
        headers = {"Cookie": f"{COOKIE}={cookie}"}
        async with browser.get(led_to, headers=headers, allow_redirects=False) as response:
            return response.status, await response.text()

    async def command(self, home: Home, command: str) -> str:
        """What Ana is answered there."""
        name, _, text = command.partition(" ")
        answer = await home.workspace.command(home.ana.id, home.channel.id, name, text)
        assert answer.acknowledged, answer
        await self.settled()
        return words(answer)

    async def restart(self, **changes: str) -> None:
        """Another process in the place of this one, with other settings."""
        await self.running.stop()
        settings = self.settings.model_copy(update=changes)
        self.running = await start(Settings.model_validate(settings.model_dump()))
        self.sandbox.installs.redirect_urls = [f"{self.url}slack/oauth_redirect"]
        await self.sandbox.verify(f"{self.url}slack/events")


def furnished(workspace: Workspace) -> Home:
    workspace.deliveries.answer_within = PATIENT
    ana = workspace.add_person("ana", real_name=f"Ana of {workspace.team_name}", tz="UTC")
    channel = workspace.add_channel("web-release", members=[ana.id, workspace.bot_user_id])
    return Home(workspace, ana, channel)


def settings_for_many(sandbox: Sandbox, database_url: str, **changes: str) -> Settings:
    return Settings(
        _env_file=None,
        slack_client_id=sandbox.installs.client_id,
        slack_client_secret=sandbox.installs.client_secret,
        slack_signing_secret=sandbox.signing_secret,
        slack_api_url=sandbox.api_url,
        database_url=database_url,
        port="0",
        **{"tokens_key": Fernet.generate_key().decode(), "rate_scale": str(RATE_SCALE), **changes},
    )


@asynccontextmanager
async def many_worlds(database_url: str, **changes: str) -> AsyncIterator[ManyWorlds]:
    events = ("app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked")
    async with Sandbox(rate_scale=RATE_SCALE, is_http=True, is_installed=False) as sandbox:
        sandbox.workspace.subscriptions |= frozenset(events)
        acme = furnished(sandbox.workspace)
        beta = furnished(sandbox.add_workspace(team_name="Beta", domain="beta"))
        settings = settings_for_many(sandbox, database_url, **changes)
        made = ManyWorlds(sandbox, await start(settings), settings, acme, beta)
        try:
            sandbox.installs.redirect_urls = [f"{made.url}slack/oauth_redirect"]
            await sandbox.verify(f"{made.url}slack/events")
            yield made
        finally:
            await made.running.stop()


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
