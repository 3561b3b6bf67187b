"""The `scribe` command."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from bot import logs
from bot.app import CannotStart, Running, start
from bot.postmortem.export import NothingToExport, export
from bot.settings import OfflineSettings, Settings, SettingsError, load_settings, offline_settings
from storage.database import Database, DatabaseUnavailable

app = typer.Typer(
    help="The incident scribe for Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
S = TypeVar("S", bound=OfflineSettings)
T = TypeVar("T")


@app.command()
def run() -> None:
    """Connect to Slack and keep the record until stopped."""
    settings = _settings(load_settings)
    logs.configure(settings)
    _guarded(_keep_running(settings))


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date; `run` does so too."""
    settings = _settings(offline_settings)

    async def work() -> None:
        database = Database(settings.database_url)
        await database.open()
        await database.close()

    _guarded(work())
    typer.echo("The schema is up to date.")


@app.command(name="export")
def export_incident(
    incident: Annotated[str, typer.Argument(help="The incident, for example INC-7.")],
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path(),
) -> None:
    """Write an incident's post-mortem and timeline to files."""
    settings = _settings(offline_settings)
    digits = incident.upper().removeprefix("INC-")
    if not digits.isdecimal():
        _fail(f"{incident!r} is no incident. An example that works: scribe export INC-7 --out drafts")

    async def work() -> None:
        database = Database(settings.database_url)
        await database.open()
        try:
            written = await export(database, int(digits), out, settings.zone, settings.emoji_names)
        finally:
            await database.close()
        typer.echo(f"{written.postmortem}\n{written.timeline}")

    _guarded(work())


@app.command()
def demo(
    scenario: Annotated[
        Path | None, typer.Option(help="Replay this scenario (TOML) or incident (JSON) instead.")
    ] = None,
    headless: Annotated[bool, typer.Option(help="Replay, write the files and end.")] = False,
    out: Annotated[Path, typer.Option(help="Where the draft, timeline and transcript go.")] = Path(
        "demo-out"
    ),
    pause: Annotated[float, typer.Option(help="Seconds between the steps of the replay.")] = 0.0,
    port: Annotated[int, typer.Option(help="Port of the sandbox page; 0 lets the system choose.")] = 0,
) -> None:
    """Replay an incident in a Slack workspace on this machine and draft its post-mortem."""
    from bot.demo import DemoFailed, run_demo  # the sandbox is loaded by this command alone

    try:
        asyncio.run(run_demo(scenario=scenario, headless=headless, out=out, pause=pause, port=port))
    except DemoFailed as problem:
        _fail(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


async def _keep_running(settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    running: Running = await start(settings)
    typer.echo(f"Scribe keeps the record in {running.scribe.workspace.name}. Ctrl-C stops it.", err=True)
    await stopped.wait()
    await running.stop()


def _settings(load: Callable[[], S]) -> S:
    try:
        return load()
    except SettingsError as problem:
        _fail(*problem.lines, "See .env.example for every setting.")


def _guarded(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except (CannotStart, DatabaseUnavailable, NothingToExport) as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{problem.strerror or problem}: {problem.filename or Path.cwd()}")


def _fail(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(code=1)
