"""`scribe init`: from nothing to a Scribe that can start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.doctor import show
from bot.cli.shared import fail, guarded, online, problems_told
from bot.manifest import Mode

ENV = Path(".env")
NEEDED = {
    Mode.SOCKET: ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    Mode.HTTP: ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
}


def init(
    mode: Annotated[
        Mode, typer.Option(help="How Slack reaches Scribe: socket needs no address of yours.")
    ] = Mode.SOCKET,
    asks: Annotated[
        bool,
        typer.Option("--input/--no-input", help="Whether to ask for what is neither set nor in .env."),
    ] = True,
    checks: Annotated[
        bool,
        typer.Option("--check/--no-check", help="Whether to look then if it works, as `scribe doctor` does."),
    ] = True,
) -> None:
    """Ask for the tokens that are missing, write them to .env for you alone, and look whether they work."""
    from bot.doctor import examine
    from bot.settings.env_file import keep

    with problems_told():
        found = _found(_in_file(), mode, asks)
        keep(ENV, found)
    typer.echo(f"{ENV.resolve()} holds what Scribe needs, and only you can read it.", err=True)
    settings = online()
    if checks:
        findings = guarded(examine(settings, datetime.now(UTC)))
        show(findings)
        if not all(finding.is_well for finding in findings):
            fail("Mend what is wrong; `scribe doctor` looks again.")
    is_chosen = mode is Mode.HTTP and not settings.serves_http
    typer.echo(
        f"Next: `scribe run{' --http' if is_chosen else ''}`, and in Slack: /incident start Drill: Try Scribe"
    )


def _in_file() -> Mapping[str, str | None]:
    from dotenv import dotenv_values

    try:
        return dotenv_values(ENV) if ENV.exists() else {}
    except UnicodeDecodeError:
        fail(".env is not UTF-8 text; save it as UTF-8.")


def _found(in_file: Mapping[str, str | None], mode: Mode, asks: bool) -> dict[str, str]:
    """The settings that are needed, from the environment, from `.env`, or as they are typed."""
    from bot.settings import wrong_with

    found: dict[str, str] = {}
    missing: list[str] = []
    for name in NEEDED[mode]:
        value = (os.environ.get(name) or in_file.get(name) or "").strip()
        problem = wrong_with(name, value)
        if problem and os.environ.get(name):
            fail(problem, "It is set in the environment, which goes before .env.")
        if problem and asks:
            if not missing and not found:
                _tell_how(mode)
            value = _asked(name, problem)
        elif problem:
            missing.append(problem)
        found[name] = value
    if missing:
        fail(*missing, "Set what is missing, or leave out --no-input and be asked.")
    return found


def _tell_how(mode: Mode) -> None:
    how = "" if mode is Mode.SOCKET else " --mode http --url https://…"
    typer.echo(
        "No app yet? At https://api.slack.com/apps choose Create New App, From a manifest, and paste what "
        f"`scribe manifest{how}` prints; then install it to your workspace.",
        err=True,
    )


def _asked(name: str, problem: str) -> str:
    """What somebody types; nothing of it is shown."""
    from bot.settings import wrong_with

    while True:
        typer.echo(problem, err=True)
        value = str(typer.prompt(name, hide_input=True, err=True)).strip()
        again = wrong_with(name, value)
        if again is None:
            return value
        problem = again
