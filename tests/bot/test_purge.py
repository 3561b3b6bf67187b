"""What the terminal says of purging, holding and the audit log, and what it asks first."""

from __future__ import annotations

import asyncio
import getpass
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from storage.database import Database
from storage.vocabulary import IncidentStatus
from tests.storage.conftest import incident


def said(*words: str, code: int = 0, answer: str = "") -> str:
    ended = CliRunner().invoke(cli.app, list(words), input=answer)
    assert ended.exit_code == code, ended.output
    return ended.output


async def with_an_incident(url: str) -> None:
    database = Database(url)
    await database.open()
    async with database.write() as session:
        one = incident(7)
        one.status = IncidentStatus.RESOLVED
        session.add(one)
    await database.close()


@pytest.fixture(autouse=True)
def record(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> Path:
    """One resolved incident whose post-mortem was published as a file; returns the file."""
    asyncio.run(with_an_incident(sqlite_url))
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("EXPORT_DIR", str(tmp_path / "published"))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "published" / "INC-7" / "postmortem.md"
    file.parent.mkdir(parents=True)
    file.write_text("# INC-7")
    return file


def test_an_incident_is_purged_once_it_is_meant(record: Path) -> None:
    assert "Nothing was deleted." in said("purge", "--incident", "INC-7", answer="n\n", code=1)
    assert record.exists()

    assert "All that was stored of INC-7 is deleted." in said("purge", "--incident", "7", answer="y\n")

    assert not record.exists()
    assert "There is no INC-7" in said("purge", "--yes", "--incident", "INC-7", code=1)


def test_a_hold_is_put_and_released_and_logged_with_who_did(record: Path) -> None:
    assert said("hold", "INC-7") == "INC-7 is on legal hold.\n"
    assert said("hold", "INC-7") == "INC-7 is on legal hold already.\n"
    assert "INC-7 is on legal hold" in said("purge", "--yes", "--incident", "INC-7", code=1)
    assert record.exists()
    assert said("hold", "INC-7", "--release") == "INC-7 is not on legal hold.\n"

    entries = [json.loads(line) for line in said("audit", "--json", "--incident", "INC-7").splitlines()]
    assert [(one["action"], one["by"], one["door"], one["number"]) for one in entries] == [
        (action, getpass.getuser(), "terminal", 7) for action in ("hold", "release")
    ]
    assert "INC-7" in said("audit")
    assert "Nothing was done" in said("audit", "--user", "U0123ABCD")


@pytest.mark.parametrize("options", [[], ["--user", "U0123ABCD", "--incident", "INC-7"]])
def test_what_is_to_be_purged_is_one_thing(options: list[str]) -> None:
    assert "for example: scribe purge --user" in said("purge", "--yes", *options, code=1)
