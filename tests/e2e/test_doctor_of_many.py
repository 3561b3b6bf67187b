"""What the doctor and the metrics say where one Scribe serves many workspaces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet

from bot.doctor import installed, live
from bot.doctor.finding import Finding
from bot.installations.renewing import RENEWED_BEFORE
from storage import installations, measured
from tests.e2e.many import ManyWorlds, many_worlds
from tests.until import until


@pytest.fixture
async def worlds(database_url: str, is_patient: bool) -> AsyncIterator[ManyWorlds]:
    async with many_worlds(database_url) as worlds:
        yield worlds


async def found(worlds: ManyWorlds, later: timedelta = timedelta(0), **changes: str) -> list[Finding]:
    settings = worlds.settings.model_copy(update=changes)
    settings.__dict__.pop("token_keys", None)
    return await installed.examine(settings, datetime.now(UTC) + later)


async def test_it_says_how_many_have_installed_scribe(worlds: ManyWorlds) -> None:
    (nobody,) = await found(worlds)
    await worlds.install(worlds.acme)
    (one,) = await found(worlds)

    assert (nobody.is_well, "/slack/install" in nobody.found) == (True, True)
    assert (one.is_well, one.found) == (True, "1 has installed Scribe, and Slack accepts their tokens")


async def test_each_token_that_does_not_work_is_named_with_what_to_do(worlds: ManyWorlds) -> None:
    worlds.sandbox.installs.is_rotating = True
    await worlds.install(worlds.acme)
    await worlds.install(worlds.beta)
    (of_acme, of_beta) = sorted(await found(worlds, tokens_key=Fernet.generate_key().decode()), key=str)
    assert "TOKENS_KEY lacks" in of_acme.found and "TOKENS_KEY lacks" in of_beta.found

    (late, _) = await found(worlds, timedelta(hours=12) - RENEWED_BEFORE / 4)
    assert (late.is_well, "was not renewed" in late.found) == (False, True)
    worlds.sandbox.installs.end(worlds.beta.workspace, "account_inactive")
    (wrong,) = await found(worlds)
    assert wrong.what == f"workspace {worlds.beta.workspace.team_id}"
    assert "account_inactive" in wrong.found and "/slack/install" in wrong.found
    async with worlds.database.write() as session:
        kept = await installations.of_team(session, worlds.acme.workspace.team_id)
        assert kept
        kept.scopes = "commands"
        session.add(kept)
    (lacking, _) = sorted(await found(worlds), key=lambda one: "lacks the scopes" not in one.found)
    assert "chat:write" in lacking.found


async def test_live_it_asks_each_workspace_for_a_canvas_and_one_about_what_is_shown(
    worlds: ManyWorlds, tmp_path: Path
) -> None:
    golden = tmp_path / "golden_of_something"
    golden.mkdir()
    (golden / "said.json").write_text('{"blocks": [{"type": "divider"}]}')
    (nobody,) = await live.examine_each(worlds.settings, tmp_path)
    assert (nobody.is_well, "none has installed Scribe" in nobody.found) == (True, True)
    await worlds.install(worlds.acme)
    await worlds.install(worlds.beta)
    worlds.acme.workspace.refuse("canvases.create", "canvas_disabled_user_team")

    found = {one.what: one for one in await live.examine_each(worlds.settings, tmp_path)}

    of_acme = found[f"canvas in {worlds.acme.workspace.team_id}"]
    assert (of_acme.is_well, "canvas_disabled_user_team" in of_acme.found) == (False, True)
    assert found[f"canvas in {worlds.beta.workspace.team_id}"].found == "can be made and deleted"
    assert found["blocks"].found == "Slack takes all 1 messages and 0 forms"
    assert not worlds.beta.workspace.canvases


async def test_metrics_say_who_is_served_and_count_nothing_of_who_left(worlds: ManyWorlds) -> None:
    await worlds.install(worlds.acme)
    await worlds.install(worlds.beta)
    await worlds.command(worlds.acme, "/incident start here Checkout is down")
    async with aiohttp.ClientSession() as http, http.get(f"{worlds.url}metrics") as response:
        page = await response.text()
    assert "scribe_workspaces_served 2.0" in page
    assert "scribe_workspaces_halted 0.0" in page

    worlds.acme.workspace.uninstall_app()
    await until(lambda: worlds.many.count == 1)
    async with worlds.database.read() as session:
        assert not await measured.open_incidents(session)
    async with aiohttp.ClientSession() as http, http.get(f"{worlds.url}readyz") as response:
        assert response.status == 200
