"""Where Slack rotates tokens, each is renewed before it expires, with a refresh token that is used once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.app import Running, start
from bot.served_workspaces import ServedWorkspaces
from storage import installations
from tests.e2e.many import ManyWorlds, many_worlds
from tests.until import until

pytestmark = pytest.mark.on_each_database


@asynccontextmanager
async def rotating(database_url: str) -> AsyncIterator[ManyWorlds]:
    async with many_worlds(database_url) as worlds:
        worlds.sandbox.installs.is_rotating = True
        await worlds.install(worlds.acme)
        yield worlds


@pytest.fixture
async def worlds(database_url: str, is_patient: bool) -> AsyncIterator[ManyWorlds]:
    async with rotating(database_url) as worlds:
        yield worlds


async def expires_at(worlds: ManyWorlds) -> datetime:
    async with worlds.database.read() as session:
        found = await installations.of_team(session, worlds.acme.workspace.team_id)
    assert found and found.expires_at
    return found.expires_at


async def expire_soon(worlds: ManyWorlds) -> None:
    """Eleven hours go by."""
    async with worlds.database.write() as session:
        found = await installations.of_team(session, worlds.acme.workspace.team_id)
        assert found and found.expires_at
        found.expires_at -= timedelta(hours=11)
        session.add(found)


def renewals(worlds: ManyWorlds) -> list[str]:
    """What Slack answered to each refresh token: its error, or nothing."""
    return [
        str(call.answer.get("error", ""))
        for call in worlds.sandbox.workspace.all_calls
        if call.method == "oauth.v2.access" and call.args.get("grant_type") == "refresh_token"
    ]


def token_of(running: Running, worlds: ManyWorlds) -> str | None:
    assert isinstance(running.served, ServedWorkspaces)
    return running.served.of(worlds.acme.workspace.team_id).scribe.slack.client.token


def renew(running: Running) -> None:
    assert isinstance(running.served, ServedWorkspaces)
    running.served._renew.wake()


async def test_a_token_is_left_alone_while_it_holds_for_long(worlds: ManyWorlds) -> None:
    renew(worlds.running)
    await worlds.settled()

    assert renewals(worlds) == []


async def test_a_token_is_renewed_before_it_expires_and_used_at_once(worlds: ManyWorlds) -> None:
    before = token_of(worlds.running, worlds)
    for turn in range(3):
        await expire_soon(worlds)
        soon = await expires_at(worlds)
        renew(worlds.running)
        await until(lambda turn=turn: len(renewals(worlds)) == turn + 1)
        await until(lambda old=before: token_of(worlds.running, worlds) != old)
        before = token_of(worlds.running, worlds)
        assert await expires_at(worlds) > soon + timedelta(hours=10)

    assert renewals(worlds) == ["", "", ""]
    worlds.sandbox.installs.tokens = {str(before): worlds.sandbox.installs.tokens[str(before)]}
    assert "INC-1" in await worlds.command(worlds.acme, "/incident start here With the newest token")
    assert not worlds.many.halted


async def test_slack_being_away_is_tried_again(worlds: ManyWorlds) -> None:
    await expire_soon(worlds)
    worlds.sandbox.workspace.refuse("oauth.v2.access", "internal_error", status=500)
    renew(worlds.running)
    await until(lambda: len(renewals(worlds)) == 1)
    await worlds.settled()
    renew(worlds.running)
    await until(lambda: renewals(worlds)[1:] == [""])


async def test_a_refresh_token_that_is_refused_is_said_with_what_to_do(worlds: ManyWorlds) -> None:
    await expire_soon(worlds)
    worlds.sandbox.workspace.refuse("oauth.v2.access", "invalid_refresh_token")
    with capture_logs() as logs:
        renew(worlds.running)
        await until(lambda: any(line["event"] == "token.not_renewed" for line in logs))

    (line,) = [line for line in logs if line["event"] == "token.not_renewed"]
    assert line["team"] == worlds.acme.workspace.team_id
    assert "/slack/install" in line["do"]
    assert "xox" not in str(logs)


@pytest.mark.only_on("postgresql")
async def test_two_replicas_never_use_one_refresh_token_twice(database_url: str, is_patient: bool) -> None:
    async with rotating(database_url) as worlds:
        other = await start(worlds.settings)
        try:
            for turn in range(5):
                await expire_soon(worlds)
                worlds.sandbox.workspace.slow("oauth.v2.access", 0.2)
                for running in (worlds.running, other):
                    renew(running)
                await until(lambda turn=turn: len(renewals(worlds)) > turn)
                await asyncio.sleep(0.3)
                await worlds.settled()
            for running in (worlds.running, other):
                assert isinstance(running.served, ServedWorkspaces)
                await running.served.look()

            assert renewals(worlds) == [""] * 5
            assert token_of(other, worlds) == token_of(worlds.running, worlds)
        finally:
            await other.stop()
