"""`scribe demo`: a Slack workspace on this machine, the bot beside it, and an incident to watch.

The only room of the bot that knows the sandbox. The bot itself runs as a process of its own, connected by
Socket Mode as in production; this process plays Slack and the people.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic_settings import BaseSettings
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

import sandbox as sandbox_room
from bot.manifest import MANIFEST
from bot.postmortem.export import export
from bot.settings import OfflineSettings, SettingsError, offline_settings
from bot.settings.routing import TemplateSettings
from sandbox.errors import SandboxError
from sandbox.replay import Played, ReplayError, play
from sandbox.replay import Progress as Step
from sandbox.scenario import Scenario, ScenarioError, load
from sandbox.server import Sandbox
from sandbox.tools.panel import REPOSITORY, Tools
from sandbox.transcript import transcript
from storage import drafts, incidents
from storage.database import Database

OWN_SCENARIO = "scenarios/deployment-disruption.toml"
T = TypeVar("T")
PATIENCE = 30.0
TEAMS_OWN = {
    name: "" if field.default is None else str(field.default)
    for one in OfflineSettings.__bases__
    if issubclass(one, BaseSettings)
    for name, field in one.model_fields.items()
    if name not in TemplateSettings.model_fields
}
"""What is set about a team's real tools, which a demo leaves alone: all of it, as if nothing were set."""
_LISTENS_AT = re.compile(r"listens_at=(http://\S+)")


class DemoFailed(Exception):
    """The demo cannot go on; the text is one sentence for the person who started it."""


@dataclass(frozen=True)
class Files:
    """What a demo leaves in its folder."""

    postmortem: Path
    page: Path
    timeline: Path
    transcript: Path
    log: Path


async def run_demo(
    *,
    scenario: Path | None,
    headless: bool,
    out: Path,
    pause: float = 0.0,
    port: int = 0,
    rate_scale: float = 60.0,
) -> None:
    """Replay a scenario and write its files; without `headless`, then stay until Ctrl-C.

    `rate_scale` is how many times faster than Slack's rate limits both sides go.

    Raises:
        DemoFailed: the scenario cannot be read or played, or the bot did not start.
    """
    console = Console(stderr=headless)
    stop = _stop_on_signals()
    try:
        _demo_settings(out / "scribe.db")  # a wrong one is said before anything starts
        _check_port(port)
        story = load(scenario or _own_scenario())
        out.mkdir(parents=True, exist_ok=True)
        database_file = out / "scribe.db"
        for old in out.glob("scribe.db*"):
            old.unlink()
        async with (
            Sandbox(
                manifest=MANIFEST, port=port, now=story.began_at, rate_scale=rate_scale, has_tools=True
            ) as sandbox,
            _bot(sandbox, database_file, out / "scribe.log", rate_scale) as bot,
        ):
            console.print(f"[bold]{story.title}[/bold], replayed in {sandbox.workspace.team_name}")
            played = await _unless_stopped(_play(story, sandbox, console, pause), stop)
            files = await _unless_stopped(_write_files(sandbox, played, database_file, out), stop)
            _tell(console, sandbox, played, files, headless=headless)
            if not headless:
                await _until_over(stop, bot)
    except (ScenarioError, ReplayError, SandboxError, SettingsError) as problem:
        raise DemoFailed(str(problem)) from problem
    except OSError as problem:
        raise DemoFailed(f"{problem.strerror or problem}: {problem.filename or out}") from problem


def _check_port(port: int) -> None:
    """Whether the page may have this port; 0 is any.

    Raises:
        DemoFailed: somebody else has it, or only an administrator may.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as problem:
            why = "is taken" if problem.errno == errno.EADDRINUSE else f"cannot be had ({problem.strerror})"
            raise DemoFailed(
                f"Port {port} {why}. Name another, for example --port 8090, or leave it out."
            ) from problem


async def _play(story: Scenario, sandbox: Sandbox, console: Console, pause: float) -> Played:
    columns = (TextColumn("{task.fields[at]}"), BarColumn(bar_width=24), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(story.steps), at="     ")

        def show(step: Step) -> None:
            what = f"[bold]{step.who}[/bold] {step.doing}"
            bar.update(task, completed=step.number, description=what[:90], at=f"{step.at:%H:%M}")

        return await play(story, sandbox, on_step=show, pause=pause)


async def _write_files(sandbox: Sandbox, played: Played, database_file: Path, out: Path) -> Files:
    """Wait for the draft, then write what the record holds."""
    settings = _demo_settings(database_file)
    database = Database(settings.database_url)
    try:
        await _wait_for_draft(database)
        await sandbox.settled()
        written = await export(database, 1, out, settings)
    finally:
        await database.close()
    said = "\n\n".join(transcript(sandbox.workspace, channel_id) for channel_id in played.channels.values())
    transcript_file = out / "transcript.txt"
    transcript_file.write_text(said.rstrip() + "\n", encoding="utf-8")
    return Files(
        written.postmortem, written.files["html"], written.timeline, transcript_file, out / "scribe.log"
    )


async def _wait_for_draft(database: Database) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                async with database.read() as session:
                    incident = next(iter(await incidents.of_number(session, 1)), None)
                    if incident and incident.id and await drafts.newest_delivered(session, incident.id):
                        return
                await asyncio.sleep(0.05)
    except TimeoutError as problem:
        raise DemoFailed(f"No draft appeared within {PATIENCE:.0f} s; scribe.log says why.") from problem


@asynccontextmanager
async def _bot(
    sandbox: Sandbox, database_file: Path, log_file: Path, rate_scale: float
) -> AsyncIterator[Process]:
    """The bot as a process of its own, from connected until the block ends."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SLACK_")},
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "DATABASE_URL": f"sqlite:///{database_file.resolve()}",
        "SCRIBE_CLOCK": "slack",
        "RATE_SCALE": str(rate_scale),
        **(tool_settings(sandbox.tools) if sandbox.tools else {}),
    }
    with log_file.open("wb") as log:
        bot = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        await _connected(sandbox, bot, log_file)
        yield bot
    finally:
        if bot.returncode is None:
            bot.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(bot.wait(), timeout=10)
            except TimeoutError:
                bot.kill()
                await bot.wait()


def tool_settings(tools: Tools) -> Mapping[str, str]:
    """The settings by which the bot knows the demo's tools, and no others; only this machine reaches it."""
    return {
        **{name.upper(): value for name, value in TEAMS_OWN.items()},
        "PORT": "0",
        "LISTEN_ON": "127.0.0.1",
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "text",
        "HOOKS_TOKEN": tools.alerts_token,
        "GITHUB_URL": tools.tracker.url,
        "GITHUB_TOKEN": tools.tracker.token,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_HOOK_SECRET": tools.hook_secret,
    }


async def _connected(sandbox: Sandbox, bot: Process, log_file: Path) -> None:
    connected = asyncio.create_task(_listening(sandbox, log_file))
    ended = asyncio.create_task(bot.wait())
    await asyncio.wait({connected, ended}, return_when=asyncio.FIRST_COMPLETED)
    if connected.done() and not connected.exception():
        ended.cancel()
        return
    connected.cancel()
    said = log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise DemoFailed(f"The bot did not start: {said[-1] if said else 'it said nothing'}")


async def _listening(sandbox: Sandbox, log_file: Path) -> None:
    """Wait until the bot is connected, and has said where it is told of alerts and tickets.

    Raises:
        TimeoutError: it does not within `PATIENCE` seconds.
    """
    await sandbox.wait_connected(timeout=PATIENCE)
    async with asyncio.timeout(PATIENCE):
        while True:
            said = _LISTENS_AT.search(log_file.read_text(encoding="utf-8", errors="replace"))
            if said and sandbox.tools:
                sandbox.tools.connect(f"{said[1]}hooks/")
                return
            await asyncio.sleep(0.05)


async def _until_over(stop: asyncio.Event, bot: Process) -> None:
    stopped, ended = asyncio.create_task(stop.wait()), asyncio.create_task(bot.wait())
    await asyncio.wait({stopped, ended}, return_when=asyncio.FIRST_COMPLETED)
    if not stopped.done():
        stopped.cancel()
        raise DemoFailed("The bot ended by itself; scribe.log in the demo's folder says why.")
    ended.cancel()


async def _unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> T:
    """The work's result; Ctrl-C ends it at once."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
        raise KeyboardInterrupt
    stopped.cancel()
    return task.result()


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _tell(console: Console, sandbox: Sandbox, played: Played, files: Files, *, headless: bool) -> None:
    console.print(f"  draft       {files.postmortem}", soft_wrap=True)
    console.print(f"  page        {files.page}", soft_wrap=True)
    console.print(f"  timeline    {files.timeline}", soft_wrap=True)
    console.print(f"  transcript  {files.transcript}", soft_wrap=True)
    if not headless:
        channel_id = next(iter(played.channels.values()))
        console.print(f"\n[bold green]Open {sandbox.url}#{channel_id}[/bold green]", soft_wrap=True)
        console.print("Say something, mark it, draft again: /postmortem draft.")
        console.print("Fire an alert, close a ticket: Connected tools, at the left. Ctrl-C ends both.")


def _demo_settings(database_file: Path) -> OfflineSettings:
    return offline_settings(database_url=f"sqlite:///{database_file.resolve()}")


def _own_scenario() -> Path:
    return Path(sandbox_room.__file__).parent / OWN_SCENARIO
