"""What the commands share: how settings are read, a database opened, a problem told.

Every command loads this file, so that what only some of it needs is imported where it is needed.
"""

from __future__ import annotations

import asyncio
import gc
import getpass
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from storage.cannot import Cannot

if TYPE_CHECKING:
    from bot.settings import OfflineSettings, Settings
    from storage.audit import By
    from storage.database import Database

console = Console()
STOPPED = 130
"""How a command ends that Ctrl-C stopped, as shells have it."""
SLOWEST = 0.01
"""A hundredth of Slack's pace: slower is a mistyped number."""
S = TypeVar("S", bound="OfflineSettings")
T = TypeVar("T")


@contextmanager
def loading() -> Iterator[None]:
    """What is imported in here stays for as long as the process does, so it is never garbage to look for."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@asynccontextmanager
async def opened(settings: OfflineSettings, *, is_made: bool = False) -> AsyncIterator[Database]:
    """The record, which only a command that writes one may make (`is_made`)."""
    from storage.database import Database

    database = Database(settings.database_url)
    try:
        await (database.open() if is_made else database.open_existing())
        yield database
    finally:
        await database.close()


def at_terminal() -> By:
    """Who gives the command, as the audit log names them."""
    from storage.audit import By
    from storage.vocabulary import Door

    return By(getpass.getuser(), Door.TERMINAL)


def number_of(incident: str, example: str) -> int:
    """The number of an incident as people write it; ends the command where it is none."""
    named = re.fullmatch(r"(?:INC[- ]?)?#?([0-9]{1,9})", incident.strip(), re.IGNORECASE)
    if named is None:
        fail(f"{incident!r} is no incident. An example that works: {example}")
    return int(named[1])


def online() -> Settings:
    """All the settings; ends the command where some are missing or wrong."""
    from bot.settings import load_settings

    return _read(load_settings)


def offline() -> OfflineSettings:
    """Those of a command that needs no Slack; ends the command where some are wrong."""
    from bot.settings import offline_settings

    return _read(offline_settings)


def _read(load: Callable[[], S]) -> S:
    from bot.settings import SettingsError

    try:
        return load()
    except SettingsError as problem:
        fail(*problem.lines, "See .env.example for every setting.")


def guarded(work: Coroutine[Any, Any, T]) -> T:
    with problems_told():
        return asyncio.run(work)


@contextmanager
def problems_told() -> Iterator[None]:
    """End with one sentence about whatever the command cannot do."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except Cannot as problem:
        fail(str(problem))
    except OSError as problem:
        fail(f"{problem.strerror or problem}: {problem.filename or Path.cwd()}")
    except SQLAlchemyError as problem:
        cause = str(getattr(problem, "orig", None) or problem).strip() or type(problem).__name__
        fail(f"The database failed ({cause.splitlines()[0]}), and nothing was changed.")
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None


def fail(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(code=1)
