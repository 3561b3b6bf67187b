"""`scribe migrate`: bring the database up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shared import guarded, offline

if TYPE_CHECKING:
    from storage.migrate import Schema


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say what is missing, and end with 1 if anything.")
    ] = False,
) -> None:
    """Bring the database's schema up to date; `run` does so too."""
    from storage.database import Database

    settings = offline()

    async def work() -> Schema | None:
        database = Database(settings.database_url)
        try:
            if check:
                return await database.schema()
            await database.open()
            return None
        finally:
            await database.close()

    schema = guarded(work())
    if schema is None or not schema.missing:
        typer.echo("The schema is up to date.")
        return
    typer.echo(f"The schema stands at {schema.revision}; `scribe migrate`, or the next start, applies:")
    for migration in schema.missing:
        typer.echo(f"  {migration.revision} {migration.changes}")
    raise typer.Exit(code=1)
