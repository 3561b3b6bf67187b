"""`scribe templates check`: a line for each template."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.templates.check import check

OURS = 'name = "ours"\n[[section]]\nheading = "H"\nquestion = "How?"\n'
ALL = [
    "atlassian: ok, 14 sections",
    "classic: ok, 7 sections",
    "customer: ok, 3 sections",
    "kehoe: ok, 10 sections",
    "pagerduty: ok, 11 sections",
    "short: ok, 2 sections",
    "sre: ok, 9 sections",
]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TEMPLATES_DIR", "TEMPLATE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_files_every_template_has_its_line(tmp_path: Path) -> None:
    assert [one.line for one in check([], None)] == ALL
    (tmp_path / "ours.toml").write_text(OURS)
    ours = check([], tmp_path)[4]
    assert (ours.line, ours.is_usable) == ("ours: ok, 1 section, but no timeline", True)


def test_a_file_named_otherwise_than_it_calls_itself_is_told(tmp_path: Path) -> None:
    file = tmp_path / "theirs.toml"
    file.write_text(OURS + 'parts = [{ shows = "timeline" }]\n')
    (one,) = check([file], None)
    assert one.line == "theirs: ok, 1 section, but it calls itself 'ours': people name it by its file"


def test_the_command_says_what_is_wrong_with_which_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(OURS + 'parts = [{ shows = "time" }]\n')

    ended = CliRunner().invoke(cli.app, ["templates", "check", "bad.toml", "none.toml"])

    assert ended.exit_code == 1
    assert ended.output.splitlines() == [
        "bad.toml, line 5, `section[0].parts[0].shows`: there is no block 'time'; did you mean 'timeline'?",
        "none.toml: No such file or directory.",
    ]


def test_the_command_is_content_with_good_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    # a start with this setting fails, and this command is how to see why
    monkeypatch.setenv("TEMPLATE", "nonesuch")

    ended = CliRunner().invoke(cli.app, ["templates", "check"])

    assert (ended.exit_code, ended.output.splitlines()) == (0, ALL)


def test_a_folder_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPLATES_DIR", "nowhere")

    ended = CliRunner().invoke(cli.app, ["templates", "check"])

    assert (ended.exit_code, ended.output) == (1, "TEMPLATES_DIR names no folder: nowhere.\n")
