"""One Scribe for every workspace that installs it: each is served as its own, and sees nothing of another."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlmodel import select

from bot.manifest import scopes
from storage.installation_tables import Installation
from storage.tables import Incident
from tests.e2e.many import ManyWorlds, many_worlds, query_of

pytestmark = pytest.mark.on_each_database


@pytest.fixture
async def worlds(database_url: str, is_patient: bool) -> AsyncIterator[ManyWorlds]:
    async with many_worlds(database_url) as worlds:
        yield worlds


async def installations(worlds: ManyWorlds) -> dict[str, Installation]:
    async with worlds.database.read() as session:
        return {one.team_id: one for one in await session.exec(select(Installation))}


# --- installing -----------------------------------------------------------------------------------------


async def test_a_workspace_installs_scribe_and_is_served(worlds: ManyWorlds) -> None:
    status, page = await worlds.install(worlds.acme)

    assert (status, "Scribe keeps the record in Acme now" in page) == (200, True)
    assert "INC-1" in await worlds.command(worlds.acme, "/incident start here Checkout is down")
    said = worlds.acme.workspace.messages(worlds.acme.channel.id)
    assert any(message.bot_id == worlds.acme.workspace.bot_id for message in said)
    async with worlds.database.read() as session:
        (incident,) = await session.exec(select(Incident))
    assert incident.team_id == worlds.acme.workspace.team_id


async def test_slack_is_asked_for_what_the_manifest_says(worlds: ManyWorlds) -> None:
    async with aiohttp.ClientSession() as browser:
        address, cookie = await worlds.begin(browser)

    asked = query_of(address)
    wanted = scopes()
    assert set(asked["scope"].split(",")) == {*wanted["bot"], *wanted["bot_optional"]}
    assert asked["state"] == cookie


async def test_tokens_are_sealed_in_the_database(worlds: ManyWorlds) -> None:
    worlds.sandbox.installs.is_rotating = True
    await worlds.install(worlds.acme)

    (kept,) = (await installations(worlds)).values()
    for token in worlds.sandbox.installs.tokens:
        assert token not in str(kept.model_dump())
    assert not re.search(r"xoxb-|xoxe[.-]", str(kept.model_dump()))
    assert kept.refresh_token and kept.expires_at
    assert kept.installed_by == worlds.acme.ana.id


@pytest.mark.parametrize("wrong", ["state", "cookie", "no cookie"])
async def test_a_code_that_was_not_asked_for_here_is_refused(worlds: ManyWorlds, wrong: str) -> None:
    async with aiohttp.ClientSession() as browser:
        address, cookie = await worlds.begin(browser)
        _, other = await worlds.begin(browser)
        led_to = worlds.acme.workspace.agree_to_install(worlds.acme.ana.id, address)
        if wrong == "state":
            led_to = f"{led_to.partition('&state=')[0]}&state=made-up"
        given = {"state": cookie, "cookie": other, "no cookie": ""}[wrong]
        status, page = await worlds.come_back(browser, led_to, given)

    assert (status, "began in another browser" in page) == (400, True)
    assert not await installations(worlds)


async def test_a_state_counts_once(worlds: ManyWorlds) -> None:
    async with aiohttp.ClientSession() as browser:
        address, cookie = await worlds.begin(browser)
        led_to = worlds.acme.workspace.agree_to_install(worlds.acme.ana.id, address)
        again = worlds.beta.workspace.agree_to_install(worlds.beta.ana.id, address)
        first, _ = await worlds.come_back(browser, led_to, cookie)
        second, page = await worlds.come_back(browser, again, cookie)

    assert (first, second) == (200, 400)
    assert "was used before" in page
    assert [*await installations(worlds)] == [worlds.acme.workspace.team_id]


async def test_what_slack_refuses_is_one_sentence(worlds: ManyWorlds) -> None:
    async with aiohttp.ClientSession() as browser:
        address, cookie = await worlds.begin(browser)
        led_to = worlds.acme.workspace.agree_to_install(worlds.acme.ana.id, address)
        broken = led_to.replace(query_of(led_to)["code"], "0.0.made-up")
        refused = await worlds.come_back(browser, broken, cookie)
        address, cookie = await worlds.begin(browser)
        nobody = f"{worlds.url}slack/oauth_redirect?error=access_denied&state={cookie}"
        denied = await worlds.come_back(browser, nobody, cookie)
        address, cookie = await worlds.begin(browser)
        worlds.acme.workspace.refuse("oauth.v2.access", "internal_error")
        away = await worlds.come_back(
            browser, worlds.acme.workspace.agree_to_install(worlds.acme.ana.id, address), cookie
        )

    assert (refused[0], "Slack refused the installation (invalid_code)" in refused[1]) == (400, True)
    assert (denied[0], "nobody agreed to it" in denied[1]) == (400, True)
    assert (away[0], "could not be asked just now" in away[1]) == (400, True)
    assert not await installations(worlds)


async def test_a_restart_serves_whoever_has_installed_it(worlds: ManyWorlds) -> None:
    await worlds.install(worlds.acme)
    await worlds.command(worlds.acme, "/incident start here Checkout is down")
    await worlds.restart()

    assert "INC-1" in await worlds.command(worlds.acme, "/incident status")
