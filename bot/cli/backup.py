"""`scribe backup` and `scribe restore`: the whole record in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shared import offline, problems_told


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    portable: Annotated[
        bool, typer.Option(help="Of PostgreSQL too, write a file that SQLite and PostgreSQL take back.")
    ] = False,
) -> None:
    """Copy the whole record into one file, while Scribe runs."""
    from storage.backup import back_up

    settings = offline()
    with problems_told():
        made = back_up(settings.database_url, file, is_portable=portable)
    if made.instead:
        typer.echo(
            f"Without pg_dump ({made.instead}): as a file that either kind of database takes back.", err=True
        )
    typer.echo(f"{made.database} is backed up to {file} ({_size(made.size)}).")


def restore(
    file: Annotated[Path, typer.Argument(help="What `scribe backup` wrote.")],
) -> None:
    """Take a backup back into the database of DATABASE_URL, which must be empty."""
    from storage.backup import restore as take_back

    settings = offline()
    with problems_told():
        restored = take_back(file, settings.database_url)
    typer.echo(f"{file} is restored into {restored.database}.")
    if restored.waiting:
        typer.echo(
            f"Slack was still to be told {restored.waiting} things when it was made: Scribe looks up whether "
            "they arrived since. `scribe outbox list` shows what nobody can look up."
        )


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.0f} kB"
