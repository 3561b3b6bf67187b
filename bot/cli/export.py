"""`scribe export`: an incident as files."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shared import at_terminal, guarded, number_of, offline, opened


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
    from bot.postmortem.export import export
    from storage import audit

    settings = offline()
    number = number_of(incident, "scribe export INC-7 --out drafts")

    async def work() -> None:
        async with opened(settings) as database:
            typer.echo(f"Reading INC-{number} from {database.shown}", err=True)
            wanted = [format.value for format in formats or ()]
            written = await export(
                database, number, out, settings, formats=wanted, template=template, workspace=workspace
            )
            async with database.write() as session:
                audit.note(session, at_terminal(), "export", at=datetime.now(UTC), number=number)
        typer.echo("\n".join(str(file) for file in written.files.values()))

    guarded(work())
