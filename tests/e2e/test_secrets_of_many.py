"""Nothing that Scribe tells, at DEBUG too, holds a token of a workspace or a secret of the app."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from sqlmodel import select

from bot import logs
from bot.doctor import examine
from storage import installations
from storage.installation_tables import Installation
from tests.e2e.many import many_worlds
from tests.until import until


async def test_no_secret_of_many_workspaces_is_told(
    database_url: str, is_patient: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    async with many_worlds(database_url, log_level="DEBUG") as worlds:
        settings = worlds.settings
        logs.configure(settings)
        worlds.sandbox.installs.is_rotating = True
        await worlds.install(worlds.acme)
        await worlds.install(worlds.beta)
        await worlds.command(worlds.acme, "/incident start here Checkout is down")
        async with worlds.database.write() as session:
            kept = await installations.of_team(session, worlds.acme.workspace.team_id)
            assert kept and kept.expires_at
            kept.expires_at -= timedelta(hours=11)
            session.add(kept)
        tokens = len(worlds.sandbox.installs.tokens)
        worlds.many._renew.wake()
        await until(lambda: len(worlds.sandbox.installs.tokens) > tokens)
        await worlds.settled()
        whole = worlds.sandbox.add_organization("Corp", worlds.acme.workspace, worlds.beta.workspace)
        await worlds.install(worlds.beta, whole)
        told = {"doctor": str(await examine(settings, datetime.now(UTC)))}
        async with aiohttp.ClientSession() as http, http.get(f"{worlds.url}metrics") as response:
            told["metrics"] = await response.text()
        async with worlds.database.read() as session:
            told["rows"] = str([one.model_dump() for one in await session.exec(select(Installation))])
        told["repr"] = f"{settings!r} {worlds.many.of(worlds.acme.workspace.team_id).scribe!r}"
        installs = worlds.sandbox.installs
        secrets = [*installs.tokens, *installs._renewals, *installs._codes]
        secrets += [settings.slack_client_secret, settings.tokens_key, settings.slack_signing_secret]
    told["log"] = "".join(capsys.readouterr())

    assert "install.done" in told["log"] and "token.renewed" in told["log"]
    assert len(secrets) > 10
    assert [(where, secret) for where, said in told.items() for secret in secrets if secret in said] == []
