"""The `scribe` command."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.app import CannotStart, Running, start
from bot.doctor import Finding, examine
from bot.imports.reading import CannotImport, read
from bot.imports.recording import Imported, home_of, record, told
from bot.incidents.record import Recording
from bot.intent_kinds import DECIDED_BY_RETRY
from bot.postmortem.export import NothingToExport, export
from bot.settings import (
    OfflineSettings,
    Settings,
    SettingsError,
    load_settings,
    offline_settings,
    templates_folder,
)
from bot.templates.check import check
from storage import outbox_upkeep
from storage.database import Database, DatabaseUnavailable
from storage.tables import Intent
from storage.vocabulary import MarkSection


class Format(StrEnum):
    """What `scribe export` can write."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    CSV = "csv"


app = typer.Typer(
    help="The incident scribe for Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"scribe {version('incident-scribe')}")
        raise typer.Exit


@app.callback()
def scribe(
    is_version_asked: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Say which Scribe this is, and end."
        ),
    ] = False,
) -> None:
    """The incident scribe for Slack."""


outbox_app = typer.Typer(help="What Slack must still be told.", no_args_is_help=True)
app.add_typer(outbox_app, name="outbox")
templates_app = typer.Typer(help="How drafts are laid out.", no_args_is_help=True)
app.add_typer(templates_app, name="templates")
console = Console()
STOPPED = 130
"""How a command ends that Ctrl-C stopped, as shells have it."""
SLOWEST = 0.01
"""A hundredth of Slack's pace: slower is a mistyped number."""
ENDS_WITHIN = 9.5
"""Seconds after which a stopping process is gone; process managers kill after ten."""
S = TypeVar("S", bound=OfflineSettings)
T = TypeVar("T")


@app.command()
def run(
    rate_scale: Annotated[
        float | None,
        typer.Option(
            min=SLOWEST,
            help="How many times faster than Slack's rate limits to call; above 1 only against a sandbox "
            "that is as fast. Instead of RATE_SCALE.",
            show_default="RATE_SCALE, else 1",
        ),
    ] = None,
) -> None:
    """Connect to Slack and keep the record until stopped."""
    settings = _settings(load_settings)
    if rate_scale is not None:
        settings = settings.model_copy(update={"rate_scale": rate_scale})
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
    formats: Annotated[
        list[Format] | None,
        typer.Option(
            "--format",
            help="What to write; can be repeated.",
            show_default="md, html and timeline.json",
        ),
    ] = None,
    template: Annotated[
        str | None, typer.Option(help="Which template; otherwise that of the settings.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's address, where several have this incident.")
    ] = None,
) -> None:
    """Write an incident's post-mortem and timeline to files."""
    settings = _settings(offline_settings)
    named = re.fullmatch(r"(?:INC[- ]?)?#?([0-9]{1,9})", incident.strip(), re.IGNORECASE)
    if named is None:
        _fail(f"{incident!r} is no incident. An example that works: scribe export INC-7 --out drafts")
    number = int(named[1])

    async def work() -> None:
        async with _opened(settings) as database:
            typer.echo(f"Reading INC-{number} from {database.shown}", err=True)
            wanted = [format.value for format in formats or ()]
            written = await export(
                database, number, out, settings, formats=wanted, template=template, workspace=workspace
            )
        typer.echo("\n".join(str(file) for file in written.files.values()))

    _guarded(work())


@app.command(name="import")
def import_channel(
    path: Annotated[Path, typer.Argument(help="A Slack export (folder or .zip), or a .json of messages.")],
    channel: Annotated[str | None, typer.Option(help="Which channel, where there are several.")] = None,
    channel_id: Annotated[str | None, typer.Option(help="Its id, where the file does not say it.")] = None,
    title: Annotated[str | None, typer.Option(help="The incident's title, else the channel's name.")] = None,
    workspace: Annotated[
        str | None,
        typer.Option(help="The workspace's address, where the export or this database does not know it."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Put every message on the timeline.")] = False,
) -> None:
    """Make an incident from a channel nobody had Scribe in."""
    settings = _settings(offline_settings)

    async def work() -> Imported:
        history = read(path, channel=channel, channel_id=channel_id)
        async with _opened(settings, is_made=True) as database:
            home = await home_of(database, history, workspace)
            return await record(
                database,
                history,
                home,
                Recording(settings.sections, lambda: datetime.now(UTC), keeps_deleted=settings.keep_deleted),
                title=title,
                takes_all=every,
                now=datetime.now(UTC),
            )

    typer.echo(told(_guarded(work()), settings.emoji_names[MarkSection.TIMELINE]))


@app.command()
def doctor() -> None:
    """Say what is wrong, and what to do about it; ends with 1 when something is."""
    settings = _settings(load_settings)

    async def work() -> list[Finding]:
        return await examine(settings, datetime.now(UTC))

    findings = _guarded(work())
    for finding in findings:
        sign = "[green]ok[/green]   " if finding.is_well else "[red]wrong[/red]"
        console.print(f"{sign} {escape(finding.what)}: {escape(finding.found)}", soft_wrap=True)
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(code=1)


@outbox_app.command(name="list")
def list_outbox(
    limit: Annotated[int, typer.Option(min=1, help="How many to show at most.")] = 50,
) -> None:
    """Show what was refused or is held, then what waits."""
    settings = _settings(offline_settings)

    async def work() -> Sequence[Intent]:
        async with _opened(settings) as database, database.read() as session:
            return await outbox_upkeep.unsent(session, limit=limit)

    table = Table("id", "state", "what", "asked (UTC)", "tries", "why")
    for intent in _guarded(work()):
        asked = f"{intent.asked_at:%Y-%m-%d %H:%M}"
        table.add_row(
            *(
                str(intent.id),
                intent.state,
                intent.key,
                asked,
                str(intent.attempts),
                escape(intent.failure or ""),
            )
        )
    console.print(table if table.row_count else "Nothing waits, is held or was refused.")


@outbox_app.command()
def retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Which, by their id in `outbox list`.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that were refused or are held.")] = False,
) -> None:
    """Send again what Slack refused, and what is held; what may have arrived is looked up first."""
    if bool(ids) == every:
        _fail("Name what to send again, for example: scribe outbox retry 12 13, or scribe outbox retry --all")
    settings = _settings(offline_settings)

    async def work() -> int:
        async with _opened(settings) as database, database.write() as session:
            wanted = None if every else ids
            return await outbox_upkeep.retry(session, wanted, decided_kinds=DECIDED_BY_RETRY)

    count = _guarded(work())
    if not count:
        _fail("Nothing of that was refused or is held; `scribe outbox list` shows what is.")
    typer.echo(f"{count} will be sent again by the Scribe that is running, within seconds.")


@templates_app.command(name="check")
def check_templates(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Template files; without any, all that Scribe knows.")
    ] = None,
) -> None:
    """Say of each template whether it can be used, or what is wrong with it and where; then ends with 1."""
    try:
        checked = check(files or [], templates_folder())
    except SettingsError as problem:
        _fail(*problem.lines)
    for one in checked:
        typer.echo(one.line, err=not one.is_usable)
    if not all(one.is_usable for one in checked):
        raise typer.Exit(code=1)


@asynccontextmanager
async def _opened(settings: OfflineSettings, *, is_made: bool = False) -> AsyncIterator[Database]:
    """The record, which only a command that writes one may make (`is_made`)."""
    database = Database(settings.database_url)
    try:
        await (database.open() if is_made else database.open_existing())
        yield database
    finally:
        await database.close()


@app.command()
def demo(
    scenario: Annotated[
        Path | None, typer.Option(help="Replay this scenario (TOML) or incident (JSON) instead.")
    ] = None,
    headless: Annotated[bool, typer.Option(help="Replay, write the files and end.")] = False,
    out: Annotated[Path, typer.Option(help="Where the draft, timeline and transcript go.")] = Path(
        "demo-out"
    ),
    pause: Annotated[
        float, typer.Option(min=0, max=3600, help="Seconds between the steps of the replay.")
    ] = 0.0,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the sandbox page; 0 lets the system choose.")
    ] = 0,
    rate_scale: Annotated[
        float,
        typer.Option(
            min=SLOWEST,
            envvar="RATE_SCALE",
            help="How many times faster than Slack's rate limits bot and sandbox go. An incident of hours is "
            "replayed in seconds, so its minutes are seconds too; 1 shows the real pace.",
        ),
    ] = 60.0,
) -> None:
    """Replay an incident in a Slack workspace on this machine and draft its post-mortem."""
    from bot.demo import DemoFailed, run_demo  # the sandbox is loaded by this command alone

    try:
        asyncio.run(
            run_demo(
                scenario=scenario,
                headless=headless,
                out=out,
                pause=pause,
                port=port,
                rate_scale=rate_scale,
            )
        )
    except DemoFailed as problem:
        _fail(str(problem))
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None


async def _keep_running(settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    starting = asyncio.create_task(start(settings))
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
        return
    running: Running = await starting
    gc.collect()
    gc.freeze()  # these objects live as long as the process; collecting over them takes 100 ms or more
    typer.echo(f"Scribe keeps the record in {running.scribe.workspace.name}. Ctrl-C stops it.", err=True)
    await stopping
    # end even when the database hangs: what was acknowledged is committed, Slack sends the rest again
    ending = threading.Timer(ENDS_WITHIN, os._exit, args=(0,))
    ending.daemon = True
    ending.start()
    await running.stop()


def _settings(load: Callable[[], S]) -> S:
    try:
        return load()
    except SettingsError as problem:
        _fail(*problem.lines, "See .env.example for every setting.")


def _guarded(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except (CannotStart, CannotImport, DatabaseUnavailable, NothingToExport) as problem:
        _fail(str(problem))
    except OSError as problem:
        _fail(f"{problem.strerror or problem}: {problem.filename or Path.cwd()}")
    except SQLAlchemyError as problem:
        cause = str(getattr(problem, "orig", None) or problem).strip() or type(problem).__name__
        _fail(f"The database failed ({cause.splitlines()[0]}), and nothing was changed.")
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None


def _fail(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(code=1)
