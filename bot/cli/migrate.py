"""`scribe migrate`: bring the database up to date."""

from __future__ import annotations

import typer

from bot.cli.shared import guarded, read_settings
from bot.settings import offline_settings
from storage.database import Database


def migrate() -> None:
    """Bring the database's schema up to date; `run` does so too."""
    settings = read_settings(offline_settings)

    async def work() -> None:
        database = Database(settings.database_url)
        await database.open()
        await database.close()

    guarded(work())
    typer.echo("The schema is up to date.")
