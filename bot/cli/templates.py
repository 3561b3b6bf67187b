"""`scribe templates`: how drafts are laid out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shared import fail


def check_templates(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Template files; without any, all that Scribe knows.")
    ] = None,
) -> None:
    """Say of each template whether it can be used, or what is wrong with it and where; then ends with 1."""
    from bot.settings import SettingsError, templates_folder
    from bot.templates.check import check

    try:
        checked = check(files or [], templates_folder())
    except SettingsError as problem:
        fail(*problem.lines)
    for one in checked:
        typer.echo(one.line, err=not one.is_usable)
    if not all(one.is_usable for one in checked):
        raise typer.Exit(code=1)
