"""The terminal: what was mistyped ends in a sentence; no traceback, no secret, no empty database."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.settings import Settings

SECRET = "hunter2"
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-hunter2", "SLACK_APP_TOKEN": "xapp-1-hunter2"}
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with nothing in it, and tokens that no Slack knows."""
    for name in list(os.environ):
        if name in {field.upper() for field in Settings.model_fields}:
            monkeypatch.delenv(name)
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*words: str, code: int = 1) -> str:
    """What a command prints when it ends as it should."""
    ended = CliRunner().invoke(cli.app, list(words))
    assert ended.exit_code == code, ended.output
    assert "Traceback" not in ended.output
    assert SECRET not in ended.output
    return ended.output


COMMANDS = [
    ["run"],
    ["migrate"],
    ["migrate", "--check"],
    ["backup", "record.backup"],
    ["doctor"],
    ["export", "INC-1"],
    ["outbox", "list"],
    ["outbox", "retry", "--all"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://scribe:{SECRET}@db:port/scribe",
        f"postgresql://scribe:p@{SECRET}@db/scribe",
        f"postgres:/scribe:{SECRET}@db/scribe",
        f"mysql://scribe:{SECRET}@db/scribe",
        SECRET,
    ],
)
def test_a_mistyped_database_is_one_line_without_its_password(
    monkeypatch: pytest.MonkeyPatch, command: list[str], address: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)

    (line,) = [line for line in said(*command).splitlines() if "DATABASE_URL" in line]

    assert "for example" in line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_server_that_is_away_is_told_without_the_password(
    monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # nobody else takes it, and it does not listen
        port = listener.getsockname()[1]
        monkeypatch.setenv("DATABASE_URL", f"postgresql://{SECRET}:x%40{SECRET}@127.0.0.1:{port}/scribe")
        output = said(*command)

    assert f"postgresql://127.0.0.1:{port}/scribe" in output or command == ["run"]


READING = [
    ["audit"],
    ["hold", "INC-7"],
    ["purge", "--yes", "--incident", "INC-7"],
    ["purge", "--yes", "--user", "U0123ABCD"],
    ["export", "INC-7"],
    ["outbox", "list"],
    ["outbox", "retry", "--all"],
]


@pytest.mark.parametrize(
    "command", [*READING, ["migrate", "--check"], ["backup", "record.backup"]], ids=" ".join
)
@pytest.mark.parametrize("there", ["nothing", "an empty file"])
def test_what_only_reads_makes_no_database_and_names_the_one_it_looked_for(
    empty_folder: Path, command: list[str], there: str
) -> None:
    file = empty_folder / "scribe.db"
    if there == "an empty file":
        file.touch()

    output = said(*command)

    assert f"There is no record of Scribe's in sqlite:///{file}" in output
    assert [found.name for found in empty_folder.iterdir()] == ([file.name] if there != "nothing" else [])


def test_the_doctor_of_a_scribe_that_never_ran_makes_no_database(empty_folder: Path) -> None:
    output = said("doctor")  # Slack is away

    assert "holds no record yet" in output
    assert list(empty_folder.iterdir()) == []


def test_an_incident_that_is_not_there_is_named_with_its_database(empty_folder: Path) -> None:
    said("migrate", code=0)

    assert f"There is no INC-7 in sqlite:///{empty_folder / 'scribe.db'}." in said("export", "INC-7")


@pytest.mark.parametrize("wrong", ["INC-", "seven", "INC-9999999999", "INC-٣", "-1", "1.5", ""])
def test_what_is_no_incident_is_refused_with_an_example(wrong: str) -> None:
    assert "scribe export INC-7 --out drafts" in said("export", "--", wrong)


def test_the_version_is_that_of_the_package() -> None:
    assert re.fullmatch(r"scribe \d+\.\d+\.\d+\S*\n", said("--version", code=0))


@pytest.mark.parametrize("command", [["run", "--nope"], ["demo", "--nope"], ["nope"], ["outbox", "nope"]])
def test_unknown_options_and_commands_say_where_help_is(command: list[str]) -> None:
    assert "--help" in said(*command, code=2)


@pytest.mark.parametrize("port", ["99999", "-1", "abc"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert "--port" in said("demo", "--headless", "--port", port, code=2)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        output = said("demo", "--headless", "--port", str(port))

    assert output.startswith(f"Port {port} is taken. Name another, for example --port 8090")


def test_a_wrong_setting_is_said_before_the_demo_starts(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    monkeypatch.setenv("TIMEZONE", "Berlin")

    assert "TIMEZONE is no time zone" in said("demo", "--headless")
    assert list(empty_folder.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://slack.com:abc/api/",
        "https://slack.com:99999/api/",
        "https://",
        "https://[::1/api/",
        f"https://scribe:{SECRET}@slack.com/api/",
        "ftp://slack.com",
        "https://slack .com/",
    ],
)
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_an_api_address_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, command: str, address: str
) -> None:
    monkeypatch.setenv("SLACK_API_URL", address)

    assert "SLACK_API_URL is no address" in said(command)


@pytest.mark.parametrize(("command", "code"), [("run", 0), ("migrate", 130)])
def test_ctrl_c_ends_quietly_while_it_waits_for_a_database_that_is_silent(command: str, code: int) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://scribe@127.0.0.1:{silent.getsockname()[1]}/scribe?connect_timeout=60"
        with subprocess.Popen(
            [sys.executable, "-m", "bot", command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # a test run in the background may have been started with Ctrl-C ignored, which is inherited
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.default_int_handler),
        ) as process:
            silent.settimeout(60)
            connection, _ = silent.accept()  # it has begun, and waits
            process.send_signal(signal.SIGINT)
            try:
                output, trouble = process.communicate(timeout=60)
            finally:
                process.kill()
            connection.close()

    assert process.returncode == code
    assert (output, trouble) == ("", "")


def test_http_mode_without_its_secret_says_where_it_is() -> None:
    assert said("run", "--http").startswith("SLACK_SIGNING_SECRET is not set: copy it from your app's page")
