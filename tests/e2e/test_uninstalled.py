"""A workspace that uninstalls Scribe is left alone, keeps its record, and may come back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select
from structlog.testing import capture_logs

from sandbox import events
from storage import installations
from storage.installation_tables import Installation
from storage.tables import Incident
from tests.e2e.many import ManyWorlds, many_worlds
from tests.until import until

pytestmark = pytest.mark.on_each_database


@pytest.fixture
async def worlds(database_url: str, is_patient: bool) -> AsyncIterator[ManyWorlds]:
    async with many_worlds(database_url) as worlds:
        await worlds.install(worlds.acme)
        await worlds.install(worlds.beta)
        yield worlds


async def installation(worlds: ManyWorlds) -> Installation:
    async with worlds.database.read() as session:
        found = await installations.of_team(session, worlds.acme.workspace.team_id)
    assert found
    return found


async def test_its_tokens_are_deleted_its_record_stays_and_nothing_is_asked_any_more(
    worlds: ManyWorlds,
) -> None:
    acme, beta = worlds.acme, worlds.beta
    await worlds.command(acme, "/incident start here Checkout is down")
    acme.workspace.uninstall_app()
    await until(lambda: acme.workspace.team_id not in worlds.many.teams)
    await worlds.settled()
    calls = len(acme.workspace.all_calls)

    answer = await acme.workspace.command(acme.ana.id, acme.channel.id, "/incident", "list")
    await worlds.command(beta, "/incident start here Goes on")

    assert "not installed in this workspace" in answer.messages[0].text
    assert len(acme.workspace.all_calls) == calls
    ended = await installation(worlds)
    assert (ended.bot_token, ended.refresh_token) == (None, None)
    assert ended.ended_at
    async with worlds.database.read() as session:
        teams = {one.team_id for one in await session.exec(select(Incident))}
    assert acme.workspace.team_id in teams


async def test_installed_again_it_goes_on_where_it_was(worlds: ManyWorlds) -> None:
    acme = worlds.acme
    await worlds.command(acme, "/incident start here Checkout is down")
    acme.workspace.uninstall_app()
    await until(lambda: acme.workspace.team_id not in worlds.many.teams)
    ts = acme.workspace.say(acme.ana.id, acme.channel.id, "Said while it was away.")
    acme.workspace.react(acme.ana.id, acme.channel.id, ts, "pushpin")
    await worlds.settled()

    await worlds.install(acme)
    await worlds.settled()

    assert "Said while it was away" in await worlds.command(acme, "/timeline")
    assert "INC-2" in await worlds.command(acme, "/incident start Another")


async def test_a_late_word_of_it_does_not_end_what_was_installed_since(worlds: ManyWorlds) -> None:
    acme = worlds.acme
    async with worlds.database.write() as session:
        kept = await installations.of_team(session, acme.workspace.team_id)
        assert kept
        kept.installed_at += timedelta(minutes=5)
        session.add(kept)
    events.emit(acme.workspace, {"type": "app_uninstalled"})
    await worlds.settled()

    assert acme.workspace.team_id in worlds.many.teams
    assert (await installation(worlds)).bot_token


async def test_a_person_s_token_that_is_revoked_ends_nothing(worlds: ManyWorlds) -> None:
    acme = worlds.acme
    tokens = {"oauth": [acme.ana.id], "bot": []}
    events.emit(acme.workspace, {"type": "tokens_revoked", "tokens": tokens})
    await worlds.settled()

    assert acme.workspace.team_id in worlds.many.teams


# --- keys -----------------------------------------------------------------------------------------------


async def test_a_new_key_seals_again_what_the_old_one_sealed(worlds: ManyWorlds) -> None:
    old, new = worlds.settings.tokens_key, Fernet.generate_key().decode()
    sealed = (await installation(worlds)).bot_token
    await worlds.restart(tokens_key=f"{new},{old}")
    assert (await installation(worlds)).bot_token != sealed

    await worlds.restart(tokens_key=new)

    assert "INC-1" in await worlds.command(worlds.acme, "/incident start here Checkout is down")


async def test_without_its_key_a_workspace_is_not_served_and_that_is_said(worlds: ManyWorlds) -> None:
    with capture_logs() as logs:
        await worlds.restart(tokens_key=Fernet.generate_key().decode())

    assert not worlds.many.teams
    assert "TOKENS_KEY lacks the key" in str(
        [line for line in logs if line["event"] == "installation.sealed"]
    )
    assert (await installation(worlds)).bot_token
