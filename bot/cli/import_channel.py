"""`scribe import`: an incident from a channel that nobody had Scribe in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shared import guarded, offline, opened
from storage.vocabulary import MarkSection

if TYPE_CHECKING:
    from bot.imports.recording import Imported


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
    from bot.imports.reading import read
    from bot.imports.recording import home_of, record, told
    from bot.incidents.own_settings import settings_of
    from bot.incidents.record import Recording

    settings = offline()

    async def work() -> tuple[Imported, str]:
        history = read(path, channel=channel, channel_id=channel_id)
        async with opened(settings, is_made=True) as database:
            home = await home_of(database, history, workspace)
            async with database.read() as session:
                own = await settings_of(session, settings, home.team_id)
            imported = await record(
                database,
                history,
                home,
                Recording(
                    own.sections,
                    lambda: datetime.now(UTC),
                    keeps_deleted=own.keep_deleted,
                    rules=own.routes.messages,
                ),
                title=title,
                takes_all=every,
                now=datetime.now(UTC),
            )
            return imported, own.emoji_names[MarkSection.TIMELINE]

    typer.echo(told(*guarded(work())))
