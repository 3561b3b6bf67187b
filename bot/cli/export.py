"""`scribe export`: an incident as files."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shared import fail, guarded, opened, read_settings
from bot.postmortem.export import export
from bot.settings import offline_settings


class Format(StrEnum):
    """What `scribe export` can write."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    CSV = "csv"


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
    settings = read_settings(offline_settings)
    named = re.fullmatch(r"(?:INC[- ]?)?#?([0-9]{1,9})", incident.strip(), re.IGNORECASE)
    if named is None:
        fail(f"{incident!r} is no incident. An example that works: scribe export INC-7 --out drafts")
    number = int(named[1])

    async def work() -> None:
        async with opened(settings) as database:
            typer.echo(f"Reading INC-{number} from {database.shown}", err=True)
            wanted = [format.value for format in formats or ()]
            written = await export(
                database, number, out, settings, formats=wanted, template=template, workspace=workspace
            )
        typer.echo("\n".join(str(file) for file in written.files.values()))

    guarded(work())
