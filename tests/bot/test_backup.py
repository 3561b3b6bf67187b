"""The terminal says where the record was copied to, and what an operator must know of a restore."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli


def said(*words: str, code: int = 0) -> str:
    ended = CliRunner().invoke(cli.app, list(words))
    assert ended.exit_code == code, ended.output
    return ended.output


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_backup_is_taken_back_where_nothing_is(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    said("migrate")

    made = said("backup", "record.backup")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///restored.db")
    restored = said("restore", "record.backup")

    assert made.startswith(f"sqlite:///{folder}/scribe.db is backed up to record.backup (")
    assert restored == f"record.backup is restored into sqlite:///{folder}/restored.db.\n"
    assert said("migrate", "--check") == "The schema is up to date.\n"


def test_a_restore_never_writes_over_a_record(folder: Path) -> None:
    said("migrate")
    said("backup", "record.backup")

    assert f"{folder}/scribe.db is not empty" in said("restore", "record.backup", code=1)


def test_a_file_that_is_not_there_is_named() -> None:
    assert "nothing.backup" in said("restore", "nothing.backup", code=1)
