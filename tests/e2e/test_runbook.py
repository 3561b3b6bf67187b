"""What docs/runbook.md tells an operator to do, done: the terminal beside a Scribe that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.e2e.conftest import World
from tests.until import until


@pytest.fixture
def terminal(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """A terminal with the settings of the Scribe that runs."""
    settings = world.running.scribe.settings
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", settings.slack_bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", world.sandbox.app_token)
    monkeypatch.setenv("SLACK_API_URL", settings.slack_api_url)
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


async def typed(terminal: CliRunner, line: str) -> tuple[int, str]:
    """How a command ended, and what it said; the sandbox goes on in this thread meanwhile."""
    ended = await asyncio.to_thread(terminal.invoke, app, line.split()[1:])
    return ended.exit_code, ended.output


async def test_what_slack_refused_is_mended_and_sent_again(world: World, terminal: CliRunner) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    world.workspace.refuse("reactions.add", "missing_scope", needed="reactions:write")
    await world.mark(world.ben, ts)
    await world.settled()

    code, listed = await typed(terminal, "scribe outbox list")
    assert code == 0
    assert "confirm_mark" in listed
    assert "missing_scope" in listed
    assert "Rolled back." in await world.command(world.ana, "/timeline")
    code, said = await typed(terminal, "scribe doctor")
    assert code == 1
    assert "scribe outbox retry --all" in said
    code, _ = await typed(terminal, "scribe outbox retry --all")
    assert code == 0
    world.running.worker.wake()
    await until(lambda: world.confirmed(ts))


async def test_the_doctor_names_a_token_that_is_refused(
    world: World, terminal: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-withdrawn")

    code, said = await typed(terminal, "scribe doctor")

    assert code == 1
    assert "does not accept SLACK_BOT_TOKEN" in said
    assert "withdrawn" not in said


async def test_a_draft_is_had_without_slack(world: World, terminal: CliRunner, tmp_path: Path) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/resolve It was the pool", at="14:40")

    code, said = await typed(terminal, "scribe export INC-1 --format md --out drafts")

    assert code == 0, said
    (written,) = (tmp_path / "drafts").rglob("*.md")
    assert "Rolled back." in written.read_text()
    assert "It was the pool" in written.read_text()
