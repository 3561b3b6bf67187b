"""`scribe import-from` at the terminal: a table first, then `--yes`; and what is wrong in one sentence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from storage import audit, people
from storage.database import Database
from tests.bot.imports.tools.conftest import HOME, SAVED


def say(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["import-from", *words])
    return result.exit_code, result.output


@pytest.fixture
async def known(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    database = Database(sqlite_url)
    await database.open()
    async with database.write() as session:
        await people.keep_workspace(session, HOME)
    await database.close()
    return sqlite_url


def test_a_table_then_yes_then_nothing_more(known: str) -> None:
    folder = str(SAVED / "markdown")

    code, shown = say("markdown", folder, "--public")
    assert (code, "INC-" in shown) == (0, False)
    assert f"To store it: scribe import-from markdown {folder} --public --yes" in shown

    code, stored = say("markdown", folder, "--public", "--yes")
    assert code == 0
    assert "2 incidents were new" in stored
    assert "Look at one: scribe export INC-1 --format html" in stored

    code, again = say("markdown", folder, "--public", "--yes")
    assert (code, "2 are up to date" in again) == (0, True)


async def test_the_audit_log_names_it(known: str) -> None:
    await asyncio.to_thread(say, "markdown", str(SAVED / "markdown"), "--yes")

    database = Database(known)
    await database.open()
    async with database.read() as session:
        (entry,) = await audit.entries(session, limit=9)
    await database.close()
    assert (entry.action, entry.team_id, entry.door) == ("import_from", "T0ACME", "terminal")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("opsgenie", "nowhere"),
            "There is no folder nowhere. An example that works: scribe import-from opsgenie",
        ),
        (
            ("markdown", "."),
            "holds no Markdown files (.md). An example that works: scribe import-from markdown",
        ),
        (
            ("markdown", ".", "--zone", "Mars"),
            "'Mars' is no zone. An example that works: --zone Europe/Berlin",
        ),
        (
            ("markdown", ".", "--workspace", "beta"),
            "Say into which workspace, for example --workspace https://acme",
        ),
        (("opsgenie", str(SAVED / "opsgenie"), "--people", "no.json"), "no.json"),
    ],
)
def test_what_is_wrong_is_one_sentence(known: str, words: tuple[str, ...], sentence: str) -> None:
    code, said = say(*words)

    assert code == 1
    assert sentence in said
    assert "Traceback" not in said


def test_a_database_that_has_not_met_slack_says_what_to_do(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)

    code, said = say("markdown", str(SAVED / "markdown"))

    assert code == 1
    assert "has not met your Slack workspace yet" in said
