"""`scribe init` asks for what is missing, writes `.env` for its owner alone, and looks whether it works."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot import cli
from bot.settings import Settings
from sandbox.server import Sandbox

BOT, APP, SECRET = "xoxb-1-hunter2", "xapp-1-hunter2", "hunter2" * 4


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in list(os.environ):
        if name in {field.upper() for field in Settings.model_fields}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(*words: str, typed: str = "", code: int = 0) -> Result:
    ended = CliRunner().invoke(cli.app, ["init", *words], input=typed)
    assert ended.exit_code == code, ended.output
    assert "hunter2" not in ended.output
    assert "Traceback" not in ended.output
    return ended


def test_it_asks_for_both_tokens_and_keeps_them_for_their_owner(folder: Path) -> None:
    shown = init("--no-check", typed=f"{BOT}\n{APP}\n").output

    assert (folder / ".env").read_text() == f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}\n"
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert "`scribe manifest` prints" in shown
    assert "copy it from your app's page, OAuth & Permissions" in shown
    assert "Next: `scribe run`, and in Slack: /incident start Drill: Try Scribe" in shown
    assert [file.name for file in folder.iterdir()] == [".env"]


def test_what_is_mistyped_is_asked_for_again(folder: Path) -> None:
    shown = init("--no-check", typed=f"{APP}\nxoxb-…\n{BOT}\n{APP}\n").output

    assert "SLACK_BOT_TOKEN is no bot token, which starts with xoxb-" in shown
    assert "SLACK_BOT_TOKEN has characters that no token has" in shown
    assert f"SLACK_BOT_TOKEN={BOT}\n" in (folder / ".env").read_text()


def test_the_rest_of_a_file_stays_and_placeholders_are_no_tokens(folder: Path) -> None:
    example = Path(__file__).parents[2] / ".env.example"
    (folder / ".env").write_text(example.read_text())
    (folder / ".env").chmod(0o644)

    init("--no-check", typed=f"{BOT}\n{APP}\n")

    before, after = example.read_text().splitlines(), (folder / ".env").read_text().splitlines()
    changed = {old: new for old, new in zip(before, after, strict=True) if old != new}
    assert changed == {
        "SLACK_BOT_TOKEN=xoxb-…": f"SLACK_BOT_TOKEN={BOT}",
        "SLACK_APP_TOKEN=xapp-…": f"SLACK_APP_TOKEN={APP}",
    }
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600


def test_what_is_there_already_is_not_asked_for(folder: Path) -> None:
    (folder / ".env").write_text(f"# ours\nexport SLACK_BOT_TOKEN='{BOT}'\nTIMEZONE=Europe/Berlin\n")

    init("--no-check", typed=f"{APP}\n")

    kept = f"# ours\nSLACK_BOT_TOKEN={BOT}\nTIMEZONE=Europe/Berlin\nSLACK_APP_TOKEN={APP}\n"
    assert (folder / ".env").read_text() == kept


def test_without_questions_it_takes_the_environment_s(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)

    shown = init("--mode", "http", "--no-input", "--no-check").output

    assert (folder / ".env").read_text() == f"SLACK_BOT_TOKEN={BOT}\nSLACK_SIGNING_SECRET={SECRET}\n"
    assert "Next: `scribe run`," in shown


def test_http_beside_an_app_token_is_chosen_with_run(folder: Path) -> None:
    (folder / ".env").write_text(f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}\n")

    shown = init("--mode", "http", "--no-check", typed=f"{SECRET}\n").output

    assert "Next: `scribe run --http`," in shown


def test_without_questions_all_that_is_missing_is_named(folder: Path) -> None:
    shown = init("--no-input", code=1).output

    assert "SLACK_BOT_TOKEN is not set: copy it from your app's page" in shown
    assert "SLACK_APP_TOKEN is not set: make one on your app's page" in shown
    assert list(folder.iterdir()) == []


def test_a_wrong_token_of_the_environment_is_not_hidden_by_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxp-hunter2")

    shown = init("--no-check", code=1).output

    assert "SLACK_BOT_TOKEN is no bot token" in shown
    assert "It is set in the environment, which goes before .env." in shown


def test_who_ends_the_questions_leaves_nothing(folder: Path) -> None:
    init("--no-check", typed=f"{BOT}\n", code=1)

    assert list(folder.iterdir()) == []


def test_a_file_that_is_no_text_is_left_alone(folder: Path) -> None:
    (folder / ".env").write_bytes(b"\xff\xfe")

    assert "save it as UTF-8" in init("--no-check", code=1).output
    assert (folder / ".env").read_bytes() == b"\xff\xfe"


@pytest.mark.parametrize("is_known", [True, False])
async def test_it_looks_whether_slack_accepts_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    async with Sandbox() as sandbox:
        monkeypatch.setenv("SLACK_API_URL", sandbox.api_url)
        app_token = sandbox.app_token if is_known else "xapp-1"
        typed = f"{sandbox.bot_token}\n{app_token}\n"

        shown = await asyncio.to_thread(lambda: init(typed=typed, code=0 if is_known else 1).output)

        assert sandbox.bot_token not in shown
    assert "slack: answers; Scribe is" in shown
    assert "holds no record yet" in shown
    assert ("Next: `scribe run`" in shown) is is_known
    assert ("Slack does not accept SLACK_APP_TOKEN (invalid_auth)" in shown) is not is_known
    assert (folder / ".env").exists()
