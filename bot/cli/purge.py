"""`scribe purge`: what is deleted for good, of an incident or of a person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shared import at_terminal, fail, guarded, number_of, offline, opened

if TYPE_CHECKING:
    from bot.incidents.purge import PersonPurged
    from bot.settings import OfflineSettings

BACKUPS = "Backups hold it until they are deleted; what stands in Slack is Slack's to delete."


def purge(
    user: Annotated[
        str | None, typer.Option(help="A person, by their Slack id, for example U0123ABCD.")
    ] = None,
    incident: Annotated[str | None, typer.Option(help="An incident, for example INC-7.")] = None,
    workspace: Annotated[
        str | None, typer.Option(help="The workspace's address, where several have this incident.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
) -> None:
    """Delete for good what is stored of a person, or of an incident."""
    settings = offline()
    if (user is None) == (incident is None):
        fail("Name a person or an incident, for example: scribe purge --user U0123ABCD, or --incident INC-7")
    if not yes and not typer.confirm(f"Delete what is stored of {user or incident} for good?"):
        fail("Nothing was deleted.")
    if user is not None:
        _purge_user(settings, user)
    elif incident is not None:
        _purge_incident(settings, number_of(incident, "scribe purge --incident INC-7"), workspace)
    typer.echo(BACKUPS)


def _purge_user(settings: OfflineSettings, user_id: str) -> None:
    from bot.incidents import purge as rules

    async def work() -> PersonPurged:
        async with opened(settings) as database:
            return await rules.purge_user(database, user_id, at_terminal(), datetime.now(UTC))

    done = guarded(work())
    typer.echo(
        f"The words of {done.messages} messages are deleted, and {done.rows} rows name {done.stands_as} "
        f"instead of {user_id}. The Scribe that runs takes quotes out of drafts, published texts and files."
    )
    if done.still_named:
        named = ", ".join(f"INC-{number}" for number in done.still_named)
        typer.echo(f"People wrote the name into what was published of {named}: edit that, and publish again.")


def _purge_incident(settings: OfflineSettings, number: int, workspace: str | None) -> None:
    from bot.incidents import purge as rules
    from bot.incidents.own_settings import settings_of
    from bot.postmortem import published_files
    from bot.postmortem.export import incident_named

    async def work() -> None:
        async with opened(settings) as database:
            async with database.write() as session:
                found = await incident_named(session, number, workspace, database.shown)
                export_dir = (await settings_of(session, settings, found.team_id)).export_dir
                await rules.purge(session, found, at_terminal(), datetime.now(UTC))
            if export_dir:
                place = Path(export_dir)
                for folder in (
                    published_files.folder_of(place, found),
                    published_files.elsewhere(place, found),
                ):
                    published_files.remove(folder)

    guarded(work())
    typer.echo(f"All that was stored of INC-{number} is deleted.")
