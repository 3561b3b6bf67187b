"""`scribe import-from`: the incidents of another tool, from the answers of its API or from Markdown files."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from bot.cli.shared import at_terminal, fail, guarded, offline, opened
from storage.vocabulary import Origin

if TYPE_CHECKING:
    from bot.imports.tools.importing import Outcome


def import_from(
    origin: Annotated[Origin, typer.Argument(metavar="TOOL", help="Which tool the incidents are from.")],
    folder: Annotated[Path, typer.Argument(help="The folder with its saved answers, or with .md files.")],
    yes: Annotated[bool, typer.Option("--yes", help="Store it; otherwise only a table is shown.")] = False,
    public: Annotated[
        bool, typer.Option("--public", help="Show everybody in Slack what its tool does not call private.")
    ] = False,
    zone: Annotated[
        str | None,
        typer.Option(help="The zone of times that name none, for example Europe/Berlin; else UTC."),
    ] = None,
    people: Annotated[
        Path | None, typer.Option(help="The users.json of a Slack export, to know people by their e-mail.")
    ] = None,
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's address, where this database knows several.")
    ] = None,
) -> None:
    """Bring in old incidents from Opsgenie, PagerDuty, incident.io, Statuspage or Markdown."""
    from bot.imports.tools.importing import Asked, home_of
    from bot.imports.tools.importing import import_from as bring_in
    from bot.imports.tools.telling import told
    from bot.incidents.own_settings import settings_of
    from bot.postmortem.finding import index

    settings = offline()
    asked = Asked(origin, folder, not yes, public, _zone(zone), people)

    async def work() -> Outcome:
        async with opened(settings) as database:
            home = await home_of(database, workspace)
            async with database.read() as session:
                names = (await settings_of(session, settings, home.team_id)).severity_names
            now = datetime.now(UTC)
            return await bring_in(database, home, asked, names, at_terminal(), now, index=index)

    said = [origin.value, str(folder)]
    said += ["--public"] if public else []
    for option, value in (("--zone", zone), ("--people", people), ("--workspace", workspace)):
        said += [option, str(value)] if value else []
    typer.echo(told(guarded(work()), asked, f"scribe import-from {shlex.join(said)}"))


def _zone(named: str | None) -> ZoneInfo | None:
    if named is None:
        return None
    try:
        return ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fail(f"{named!r} is no zone. An example that works: --zone Europe/Berlin")
